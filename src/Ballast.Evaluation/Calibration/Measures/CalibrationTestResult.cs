namespace Ballast.Evaluation.Calibration.Measures;

/// <summary>How compatible labels are with probabilities; a small p-value says that these are not right.</summary>
/// <param name="PValue">All statistics together; exact level.</param>
/// <param name="TopLabel">The top label's error alone.</param>
/// <param name="Classwise">The class-wise error alone.</param>
/// <param name="Kernel">The kernel error alone.</param>
/// <param name="SpiegelhalterZ">Spiegelhalter's z: positive where the Brier score is larger than the probabilities promise.</param>
/// <param name="Spiegelhalter">Its two-sided p-value by the normal law.</param>
/// <param name="Draws">Sets of labels drawn.</param>
public sealed record CalibrationTestResult(double PValue, double TopLabel, double Classwise, double Kernel, double SpiegelhalterZ, double Spiegelhalter, int Draws);
