using Ballast.Core;
using TorchSharp.Modules;
using static TorchSharp.torch.optim;

namespace Ballast.Learning.Training.Optimization;

/// <summary>Stochastic gradient descent with momentum; weight decay is added to the gradient.</summary>
public sealed record SgdOptions : OptimizerOptions
{
    private readonly double momentum;

    /// <summary>Makes options at a base rate of 0.1.</summary>
    public SgdOptions() => LearningRate = 0.1;

    /// <summary>Momentum in [0, 1]; 0 is plain descent.</summary>
    public double Momentum { get => momentum; init => momentum = Guard.InRange(value, 0, 1, nameof(Momentum)); }

    /// <summary>Whether the step looks ahead along the momentum (Nesterov); needs a momentum.</summary>
    public bool Nesterov { get; init; }

    internal override Optimizer Create(IReadOnlyList<(double Factor, Parameter[] Parameters)> groups)
    {
        if (Nesterov && Momentum == 0)
            throw new ArgumentException("Nesterov's step needs a Momentum above 0.");
        return new SGD(
            groups.Select(group => new SGD.ParamGroup(group.Parameters, LearningRate * group.Factor, Momentum, dampening: 0, WeightDecay, Nesterov)),
            LearningRate, Momentum, dampening: 0, WeightDecay, Nesterov, maximize: false);
    }
}
