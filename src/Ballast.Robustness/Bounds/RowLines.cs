using Ballast.Robustness.Bounds.Steps;
using static TorchSharp.torch;

namespace Ballast.Robustness.Bounds;

/// <summary>Free choices of a backward pass, row by row: any line on its side of an activation is sound, and so is any multiplier of the right sign for a neuron of which something is assumed.</summary>
internal sealed class RowLines
{
    private readonly Dictionary<string, Relaxation> lines = [];
    private readonly Dictionary<string, Tensor> multipliers = [];

    /// <summary>Filled with the coefficients [P, ...] that arrive at each activation's result; null where they are not kept. Whoever asks for them disposes of them.</summary>
    public Dictionary<string, Tensor>? Coefficients { get; init; }

    /// <summary>Lines [P, ...] in place of the step's own.</summary>
    public void SetLines(ActivationStep step, Relaxation own) => lines[step.Name] = own;

    /// <summary>Multipliers [P, ...], added to the coefficients of the activation's input.</summary>
    public void SetMultiplier(ActivationStep step, Tensor multiplier) => multipliers[step.Name] = multiplier;

    public Relaxation? LinesOf(ActivationStep step) => lines.GetValueOrDefault(step.Name);

    public Tensor? MultiplierOf(ActivationStep step) => multipliers.GetValueOrDefault(step.Name);
}
