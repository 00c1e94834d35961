namespace Ballast.Reproductions.CompSum;

/// <summary>One training of part B.</summary>
/// <param name="Training">How it was trained.</param>
/// <param name="Clean">Accuracy on untouched test rows.</param>
/// <param name="Robust">Share of test rows classified right as they are and after every attack.</param>
/// <param name="Fooled">Test rows misclassified at some point tried.</param>
/// <param name="Violations">Fooled rows whose loss lies below the certificate.</param>
internal sealed record AttackedRun(AttackedTraining Training, double Clean, double Robust, int Fooled, int Violations);
