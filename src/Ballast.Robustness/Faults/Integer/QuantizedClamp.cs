namespace Ballast.Robustness.Faults.Integer;

/// <summary>Limits activations where no layer before could take the limits up, as after pooling.</summary>
/// <param name="name">Name of the node.</param>
/// <param name="length">Number of activations.</param>
/// <param name="min">Least value.</param>
/// <param name="max">Greatest value.</param>
public sealed class QuantizedClamp(string name, int length, sbyte min, sbyte max) : QuantizedStage(name, length, length)
{
    internal override void Run(ReadOnlySpan<sbyte> input, Span<sbyte> output, LayerScratch scratch)
    {
        for (var i = 0; i < input.Length; i++)
            output[i] = Math.Max(min, Math.Min(max, input[i]));
    }
}
