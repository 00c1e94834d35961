namespace Ballast.Data.LabelErrors;

/// <summary>The confident joint before calibration.</summary>
/// <param name="Counts">Rows by (given, confidently guessed) class, K x K; the diagonal is at least 1.</param>
/// <param name="OffDiagonalRows">Positions of the rows counted off the diagonal, ascending: the candidates of confident learning.</param>
public sealed record ConfidentJoint(int[,] Counts, int[] OffDiagonalRows);
