using Ballast.Core;
using Ballast.Exchange.Networks;
using Ballast.Learning.Adversarial;

namespace Ballast.Robustness.Certified;

/// <summary>How a network is trained for certificates.</summary>
public sealed record CertifiedTrainingOptions
{
    /// <summary>The full radius in the maximum norm, above 0, in the data's own unit (before <see cref="Normalization"/>).</summary>
    public required double Epsilon { get; init => field = Guard.Positive(value); }

    /// <summary>The bounds.</summary>
    public CertifiedBound Bound { get; init; } = CertifiedBound.Ibp;

    /// <summary>How the radius grows.</summary>
    public EpsilonSchedule Schedule { get; init; } = EpsilonSchedule.Smoothed(2, 20);

    /// <summary>The regularisers of the warm-up; null for none.</summary>
    public CertifiedRegularizers? Regularizers { get; init; }

    /// <summary>Least value of a feature in the data's own unit; null where there is none.</summary>
    public double? Minimum { get; init; } = 0;

    /// <summary>Greatest value of a feature in the data's own unit; null where there is none.</summary>
    public double? Maximum { get; init; } = 1;

    /// <summary>Limits of single features, beside the range of all; null where there are none.</summary>
    public FeatureLimits? Limits { get; init; }

    /// <summary>What becomes of the first weights when training begins.</summary>
    public FirstWeights FirstWeights { get; init; } = FirstWeights.Kept;

    /// <summary>What the training samples went through already: radius and range are brought to its unit. Null for nothing.</summary>
    public InputNormalization? Normalization { get; init; }

    /// <summary>Samples on which certified accuracy is measured after every epoch, at the full radius and in the network's unit; null for none.</summary>
    public Dataset? Judged { get; init; }

    /// <summary>The settings that decide a training.</summary>
    public override string ToString() => FormattableString.Invariant(
        $"certified training by {Bound}, radius {Epsilon:R} in [{Minimum}, {Maximum}], {Schedule}, {Regularizers?.ToString() ?? "no regularisers"}, weights {FirstWeights}{(Limits is null ? "" : $", {Limits}")}{(Normalization is null ? "" : $", normalised by {string.Join(" ", Normalization.Mean)} / {string.Join(" ", Normalization.Deviation)}")}");
}
