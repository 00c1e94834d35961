namespace Ballast.Cli.Commands.Robustness;

/// <summary>How <c>attack</c> is to read its samples.</summary>
/// <param name="Path">Images, an npy array, or a table.</param>
/// <param name="Labels">The file of labels of IDX and npy files; null elsewhere.</param>
/// <param name="Target">The column of classes of a table whose model does not know it; null elsewhere.</param>
/// <param name="Classes">Names of the outputs of a model without names; empty for none.</param>
/// <param name="Ignored">Columns of a table that the model does not take.</param>
/// <param name="Fixed">Columns of a table that an attacker cannot change.</param>
/// <param name="Range">Least and greatest value of an npy array's numbers; null to take them from the data.</param>
internal sealed record AttackRequest(
    string Path, string? Labels, string? Target, IReadOnlyList<string> Classes, IReadOnlyList<string> Ignored, IReadOnlyList<string> Fixed, (double Low, double High)? Range);
