using Ballast.Core;

namespace Ballast.Generalization.RandomFeatures;

/// <summary>How a random-feature network is drawn and solved.</summary>
public sealed record RandomFeatureOptions
{
    private readonly int neurons = 500;
    private readonly double cutoff = 1e-10;
    private readonly double? ridge;

    /// <summary>Units N; 500 by default.</summary>
    public int Neurons { get => neurons; init => neurons = Guard.Positive(value, nameof(Neurons)); }

    /// <summary>Where weights come from; centred with range 4 by default.</summary>
    public WeightDomain Domain { get; init; } = WeightDomain.Centred(4);

    /// <summary>The units' function.</summary>
    public FeatureActivation Activation { get; init; } = FeatureActivation.Sigmoid;

    /// <summary>Singular values below this share of the largest are dropped; 1e-10 by default. Not used with a ridge.</summary>
    public double Cutoff { get => cutoff; init => cutoff = Guard.InRange(value, 0, 1, nameof(Cutoff)); }

    /// <summary>alpha of |H beta - y|^2 + alpha |beta|^2, the intercept penalised too; null for the cutoff.</summary>
    public double? Ridge { get => ridge; init => ridge = value is { } alpha ? Guard.Positive(alpha, nameof(Ridge)) : null; }

    /// <summary>Whether there is a column of ones.</summary>
    public FeatureIntercept Intercept { get; init; } = FeatureIntercept.Fitted;

    /// <summary>Decides the draws.</summary>
    public long Seed { get; init; }
}
