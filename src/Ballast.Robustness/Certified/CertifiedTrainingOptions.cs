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

    /// <summary>λ of SABR (Müller et al. 2023): bounds on a box of λ times the radius around the point that an attack finds in the rest of it, in (0, 1]; 1 is the whole box around the sample.</summary>
    public double BoxShare { get; init => field = value is > 0 and <= 1 ? value : throw new ArgumentException($"The share of the box is {value}; above 0 and at most 1 is expected.", nameof(value)); } = 1;

    /// <summary>Steps of that attack.</summary>
    public int AttackSteps { get; init => field = Guard.Positive(value); } = 5;

    /// <summary>What becomes of the first weights when training begins.</summary>
    public FirstWeights FirstWeights { get; init; } = FirstWeights.Kept;

    /// <summary>What the training samples went through already: radius and range are brought to its unit. Null for nothing.</summary>
    public InputNormalization? Normalization { get; init; }

    /// <summary>Samples on which certified accuracy is measured after every epoch, at the full radius and in the network's unit; null for none.</summary>
    public Dataset? Judged { get; init; }

    /// <summary>The settings that decide a training.</summary>
    public override string ToString() => FormattableString.Invariant(
        $"certified training by {Bound}, radius {Epsilon:R}, box share {BoxShare:R} after {AttackSteps} steps, in [{Minimum}, {Maximum}], {Schedule}, {Regularizers?.ToString() ?? "no regularisers"}, weights {FirstWeights}{(Limits is null ? "" : $", {Limits}")}{(Normalization is null ? "" : $", normalised by {string.Join(" ", Normalization.Mean)} / {string.Join(" ", Normalization.Deviation)}")}");
}
