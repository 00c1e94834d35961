using Ballast.Core;
using Ballast.Learning.Networks;
using Ballast.Robustness.Bounds;
using Ballast.Robustness.Bounds.Steps;
using static TorchSharp.torch;

namespace Ballast.Robustness.Certified;

/// <summary>By how much a layer widens intervals when training begins: n E|w| / 2 for n inputs of a neuron, the half being the ReLU before it.</summary>
/// <remarks>Source: Shi et al. (NeurIPS 2021), section 3.1 and table 1.</remarks>
public static class InitializationGain
{
    /// <summary>The expected gain of a rule.</summary>
    /// <param name="rule">The rule.</param>
    /// <param name="fanIn">Inputs n of a neuron.</param>
    public static double Of(InitializationRule rule, long fanIn)
    {
        double n = Guard.Positive(fanIn);
        return rule switch
        {
            InitializationRule.Ibp => 1,
            InitializationRule.DefaultUniform => Math.Sqrt(n) / 4,
            InitializationRule.XavierUniform => Math.Sqrt(3 * n) / 4,
            InitializationRule.XavierNormal => Math.Sqrt(n / (2 * Math.PI)),
            InitializationRule.KaimingNormal => Math.Sqrt(n / Math.PI),
            _ => throw new ArgumentOutOfRangeException(nameof(rule), rule, "No such rule."),
        };
    }

    /// <summary>Ratios of the mean half-widths of successive pre-activations, the first to that of the input box.</summary>
    /// <param name="network">A network that describes itself.</param>
    /// <param name="box">Boxes of inputs.</param>
    public static IReadOnlyList<double> Measure(Network network, InputBox box)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(box);
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        using var bounded = BoundedNetwork.From(network.ToGraph());
        var state = new Propagation(bounded, new BoundOptions { Method = BoundMethod.Ibp, Soundness = Soundness.Nominal }).Run(bounded.Converted(box));
        double[] widths = [.. bounded.Steps.OfType<ReluStep>().Select(step => step.Inputs[0]).Prepend(0).Select(place => Width(state.Bounds[place]!))];
        return [.. widths.Zip(widths.Skip(1), (before, after) => after / before)];
    }

    private static double Width(NodeBounds bounds) => bounds.Centered.Reach.mean().item<double>();
}
