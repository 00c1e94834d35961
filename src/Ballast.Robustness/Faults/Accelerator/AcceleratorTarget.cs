using System.Security.Cryptography;
using System.Text;
using Ballast.Robustness.Faults.Integer;

namespace Ballast.Robustness.Faults.Accelerator;

/// <summary>An int8 network on an accelerator whose buffers, registers and control can be struck.</summary>
/// <remarks>
/// Source: the questions of Tyagi et al. 2024, answered by a functional model: a unit is busy in a layer for the layer's share of all cycles; a random site of a unit lies in a layer with that
/// probability (buffers: times the layer's bits, or by bits alone where they are <see cref="BufferExposure.Resident"/>), then element, bit and step are uniform.
/// </remarks>
public sealed class AcceleratorTarget : IFaultTarget
{
    private readonly (NpuUnit Unit, int Layer)[] keys;

    /// <summary>A network on a machine.</summary>
    /// <exception cref="ArgumentException">The machine names no unit.</exception>
    public AcceleratorTarget(QuantizedNetwork network, AcceleratorModel? model = null)
    {
        ArgumentNullException.ThrowIfNull(network);
        (Network, Model) = (network, model ?? new AcceleratorModel());
        if (Model.Units.Count == 0)
            throw new ArgumentException("The accelerator names no unit to strike.", nameof(model));
        Sites = [.. network.Layers.Select((layer, index) => new LayerSites(layer, index, Model))];
        keys = [.. Model.Units.Distinct().SelectMany(unit => Enumerable.Range(0, Sites.Count).Select(layer => (unit, layer)))];
        Strata = [.. keys.Select(key => new FaultStratum($"{key.Unit}", network.Layers[key.Layer].Name, AcceleratorModel.WidthOf(key.Unit), Sites[key.Layer].Count(key.Unit), RawBits(key.Unit, key.Layer)))];
    }

    /// <summary>The network.</summary>
    public QuantizedNetwork Network { get; }

    /// <summary>The machine.</summary>
    public AcceleratorModel Model { get; }

    /// <inheritdoc/>
    public IReadOnlyList<FaultStratum> Strata { get; }

    /// <inheritdoc/>
    public int Inputs => Network.Inputs;

    /// <inheritdoc/>
    public int Outputs => Network.Outputs;

    /// <inheritdoc/>
    public ScoreForm Form => ScoreForm.Logits;

    internal IReadOnlyList<LayerSites> Sites { get; }

    /// <inheritdoc/>
    public string Fingerprint
    {
        get
        {
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            hash.AppendData(Encoding.UTF8.GetBytes($"{Model.ParallelChannels} {Model.HangShare:R} {Model.SequencerBits} {Model.Exposure} {string.Join(',', keys)} {Network.Input} {Network.Output}"));
            foreach (var stage in Network.Stages)
            {
                hash.AppendData(Encoding.UTF8.GetBytes($"\n{stage.GetType().Name} {stage.Name} {stage.Inputs} {stage.Outputs} {(stage as QuantizedLayer)?.Registers}"));
                if (stage is QuantizedLayer layer)
                    layer.AppendTo(hash);
            }
            return Convert.ToHexStringLower(hash.GetHashAndReset());
        }
    }

    /// <summary>The fault at a site.</summary>
    public AcceleratorFault Decode(int stratum, long site) => Sites[keys[stratum].Layer].Decode(keys[stratum].Unit, site);

    /// <inheritdoc/>
    public IFaultProbe NewProbe() => new AcceleratorProbe(this);

    /// <summary>Stored bits of a unit for this network.</summary>
    public double BitsOf(NpuUnit unit) => Model.RegisterBits(unit) ?? Network.Layers.Sum(layer => BufferBits(unit, layer));

    private static double BufferBits(NpuUnit unit, QuantizedLayer layer) => 8.0 * (unit == NpuUnit.WeightBuffer ? (double)layer.Channels * layer.FanIn : layer.Inputs);

    private double RawBits(NpuUnit unit, int layer)
    {
        // The unit's bits, cut among the layers by the chance that a flip strikes them.
        var shares = Network.Layers.Select((one, index) => Model.RegisterBits(unit) is null
            ? BufferBits(unit, one) * (Model.Exposure == BufferExposure.Busy ? Sites[index].Cycles : 1)
            : Sites[index].Cycles).ToArray();
        return BitsOf(unit) * shares[layer] / shares.Sum();
    }
}
