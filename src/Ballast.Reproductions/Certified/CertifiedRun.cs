namespace Ballast.Reproductions.Certified;

/// <summary>One training and what it gave on the test rows.</summary>
/// <param name="Arm">What was used.</param>
/// <param name="Seed">Its seed.</param>
/// <param name="StandardError">Share misclassified.</param>
/// <param name="VerifiedError">Share not certified by intervals at the full radius.</param>
/// <param name="Inactive">Share of ReLUs that are 0 on a whole test box.</param>
internal sealed record CertifiedRun(CertifiedArm Arm, int Seed, double StandardError, double VerifiedError, double Inactive);
