using Ballast.Core;
using TorchSharp.Modules;
using static TorchSharp.torch.optim;

namespace Ballast.Learning.Training.Optimization;

/// <summary>Adam whose weight decay is decoupled: weights shrink by rate times decay, apart from the gradient.</summary>
/// <remarks>Source: Loshchilov and Hutter, "Decoupled weight decay regularization", ICLR 2019, algorithm 2.</remarks>
public sealed record AdamWOptions : OptimizerOptions
{
    private readonly double beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8;

    /// <summary>Makes options with a weight decay of 0.01.</summary>
    public AdamWOptions() => WeightDecay = 0.01;

    /// <summary>Decay of the first moment, in [0, 1].</summary>
    public double Beta1 { get => beta1; init => beta1 = Guard.InRange(value, 0, 1, nameof(Beta1)); }

    /// <summary>Decay of the second moment, in [0, 1].</summary>
    public double Beta2 { get => beta2; init => beta2 = Guard.InRange(value, 0, 1, nameof(Beta2)); }

    /// <summary>Added to the root of the second moment; above 0.</summary>
    public double Epsilon { get => epsilon; init => epsilon = Guard.Positive(value, nameof(Epsilon)); }

    internal override Optimizer Create(IReadOnlyList<(double Factor, Parameter[] Parameters)> groups) => new AdamW(
        groups.Select(group => new AdamW.ParamGroup(group.Parameters, LearningRate * group.Factor, Beta1, Beta2, Epsilon, WeightDecay)),
        LearningRate, Beta1, Beta2, Epsilon, WeightDecay, amsgrad: false, maximize: false);
}
