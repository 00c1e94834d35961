using Ballast.Robustness.Bounds.Steps;
using static TorchSharp.torch;

namespace Ballast.Robustness.Bounds;

/// <summary>Free choices of a backward pass, row by row: any slope below an unstable ReLU is sound, and so is any multiplier of the right sign for a neuron whose sign is assumed.</summary>
internal sealed class RowSlopes
{
    private readonly Dictionary<string, Tensor> lowerSlopes = [];
    private readonly Dictionary<string, Tensor> multipliers = [];

    /// <summary>What the upper lines of each activation cost the bound, [P, ...], at least 0; null where it is not kept.</summary>
    public Dictionary<string, Tensor>? UpperCosts { get; init; }

    /// <summary>Slopes [P, ...] of the lines below; where a neuron is stable, its slope.</summary>
    public void SetLowerSlope(ActivationStep step, Tensor slope) => lowerSlopes[step.Name] = slope;

    /// <summary>Multipliers [P, ...]: at most 0 where the input is assumed to be at least 0, at least 0 where it is assumed to be at most 0, else 0.</summary>
    public void SetMultiplier(ActivationStep step, Tensor multiplier) => multipliers[step.Name] = multiplier;

    public Tensor? LowerSlopeOf(ActivationStep step) => lowerSlopes.GetValueOrDefault(step.Name);

    public Tensor? MultiplierOf(ActivationStep step) => multipliers.GetValueOrDefault(step.Name);
}
