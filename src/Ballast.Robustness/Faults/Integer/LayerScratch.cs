namespace Ballast.Robustness.Faults.Integer;

/// <summary>Buffers of one thread, large enough for every stage of a network.</summary>
internal sealed class LayerScratch(int columns, int accumulators)
{
    public short[] Columns { get; } = new short[columns];

    public int[] Accumulators { get; } = new int[accumulators];

    public static LayerScratch For(QuantizedNetwork network) => new(
        network.Layers.Select(layer => layer.ColumnLength).DefaultIfEmpty(0).Max(), network.Layers.Select(layer => layer.Outputs).DefaultIfEmpty(0).Max());
}
