namespace Ballast.Reproductions.Tightness;

/// <summary>One training and what it gave on the test rows.</summary>
/// <param name="Arm">How it was trained.</param>
/// <param name="Width">Width of the three hidden layers.</param>
/// <param name="Seed">Its seed.</param>
/// <param name="Accuracy">Share classified right.</param>
/// <param name="Adversarial">Share that is still right under PGD of 20 steps.</param>
/// <param name="Certified">Share certified by intervals.</param>
/// <param name="Tightness">Mean local tightness over rows and margins.</param>
internal sealed record TightnessRun(TightnessArm Arm, int Width, int Seed, double Accuracy, double Adversarial, double Certified, double Tightness);
