using Ballast.Robustness.Bounds;

namespace Ballast.Robustness.Certified;

/// <summary>What became of one sample.</summary>
/// <param name="Label">Its class.</param>
/// <param name="Predicted">The class of the highest score.</param>
/// <param name="Outcome">What is known.</param>
/// <param name="CleanMargin">The label's score minus the best other, at the sample itself.</param>
/// <param name="CertifiedMargin">No input of the box has a smaller margin; minus infinity where nothing is known, NaN where the sample is misclassified and no bound was tried. Of a certified sample the bound of the cheapest method that proves it.</param>
/// <param name="ProvedBy">The method that proved it; null where none did.</param>
public sealed record CertifiedSample(int Label, int Predicted, CertificationOutcome Outcome, double CleanMargin, double CertifiedMargin, BoundMethod? ProvedBy);
