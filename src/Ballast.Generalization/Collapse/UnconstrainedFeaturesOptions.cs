using Ballast.Core;

namespace Ballast.Generalization.Collapse;

/// <summary>An unconstrained-features problem and how it is trained.</summary>
public sealed record UnconstrainedFeaturesOptions
{
    /// <summary>K counts, each at least 1.</summary>
    public required IReadOnlyList<int> ClassCounts { get; init; }

    /// <summary>Width d of the free features, at least 1.</summary>
    public required int FeatureWidth { get; init => field = Guard.Positive(value); }

    /// <summary>Weight decay of the M linear layers, each greater than 0; the first belongs to the layer next to the features.</summary>
    public required IReadOnlyList<double> LambdaW { get; init; }

    /// <summary>Weight decay of the features, greater than 0.</summary>
    public required double LambdaH { get; init; }

    /// <summary>M - 1 widths between the layers; null makes them all <see cref="FeatureWidth"/>.</summary>
    public IReadOnlyList<int>? HiddenWidths { get; init; }

    /// <summary>The data term.</summary>
    public CollapseLoss Loss { get; init; }

    /// <summary>Whether the last layer has a bias, which is not regularised.</summary>
    public BiasTerm Bias { get; init; }

    /// <summary>First values are normal with standard deviation Scale / sqrt(d); greater than 0. For M of at least 2 a small scale may end in a local minimum where a rare class has collapsed.</summary>
    public double Scale { get; init => field = Guard.Positive(value); } = 1;

    /// <summary>Steps of Adam on all samples, at least 1.</summary>
    public int Steps { get; init => field = Guard.Positive(value); } = 6000;

    /// <summary>First learning rate, greater than 0; it decays to 0 along a cosine.</summary>
    public double LearningRate { get; init => field = Guard.Positive(value); } = 0.02;

    /// <summary>Decides the first values.</summary>
    public int Seed { get; init; }
}
