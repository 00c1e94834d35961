using Ballast.Core;

namespace Ballast.Data.Reading;

/// <summary>A table as a dataset, with the rows that could not come along.</summary>
/// <param name="Data">The samples; <see cref="Dataset.RowIds"/> are the file's 0-based rows.</param>
/// <param name="ExcludedRows">0-based rows of the file whose target is missing or unknown, ascending.</param>
/// <param name="Notes">What the user should know, a sentence each.</param>
public sealed record EncodedTable(Dataset Data, IReadOnlyList<int> ExcludedRows, IReadOnlyList<string> Notes);
