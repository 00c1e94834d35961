namespace Ballast.Cli.Checks;

/// <summary>One row of a slice, as the user's table has it.</summary>
/// <param name="Row">1-based row of the user's file.</param>
/// <param name="Values">Columns with their texts, those of the slice's conditions first; a missing value is empty.</param>
/// <param name="Given">The label or number given.</param>
/// <param name="Predicted">The class or number predicted.</param>
public sealed record SliceExample(int Row, IReadOnlyList<KeyValuePair<string, string>> Values, string Given, string Predicted);
