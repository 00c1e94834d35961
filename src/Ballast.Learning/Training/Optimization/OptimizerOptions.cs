using Ballast.Core;
using TorchSharp.Modules;
using static TorchSharp.torch.optim;

namespace Ballast.Learning.Training.Optimization;

/// <summary>The rule that turns gradients into steps, with its base learning rate.</summary>
public abstract record OptimizerOptions
{
    private readonly double learningRate = 1e-3;
    private readonly double weightDecay;

    /// <summary>Base learning rate, above 0; schedules and parameter rates multiply it.</summary>
    /// <exception cref="ArgumentOutOfRangeException">0, negative or not finite.</exception>
    public double LearningRate
    {
        get => learningRate;
        init => learningRate = double.IsFinite(value) ? Guard.Positive(value, nameof(LearningRate)) : throw new ArgumentOutOfRangeException(nameof(LearningRate), value, "LearningRate must be finite.");
    }

    /// <summary>Weight decay of at least 0. SGD and Adam add it to the gradient; AdamW shrinks the weights apart from the gradient.</summary>
    public double WeightDecay { get => weightDecay; init => weightDecay = Guard.NotNegative(value, nameof(WeightDecay)); }

    /// <summary>The optimiser over groups of parameters, each with the factor on its learning rate.</summary>
    internal abstract Optimizer Create(IReadOnlyList<(double Factor, Parameter[] Parameters)> groups);
}
