namespace Ballast.Evaluation.Slices.Noise;

/// <summary>A part of a table where labels are wrong more often than elsewhere.</summary>
/// <param name="Part">Its likeliest extent, in the words of the columns, and its rows.</param>
/// <param name="Rate">Share of the labels in <paramref name="Part"/> that are wrong, the one that makes them likeliest.</param>
/// <param name="RateElsewhere">The same of all other rows.</param>
/// <param name="LogBayesFactor">Natural logarithm of how much better some part with a rate of its own explains the labels than none.</param>
/// <param name="Probability">Posterior probability that there is such a part.</param>
public sealed record NoiseRegion(SliceCandidate Part, double Rate, double RateElsewhere, double LogBayesFactor, double Probability);
