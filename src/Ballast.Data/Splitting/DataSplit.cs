using Ballast.Core;

namespace Ballast.Data.Splitting;

/// <summary>A dataset in three parts that share no row and no group.</summary>
/// <param name="Train">To learn from.</param>
/// <param name="Validation">To choose by; may be empty.</param>
/// <param name="Test">To judge by; may be empty.</param>
/// <param name="Notes">Classes that a part lacks, for the user to read.</param>
public sealed record DataSplit(Dataset Train, Dataset Validation, Dataset Test, IReadOnlyList<string> Notes)
{
    /// <summary>Splits by class, and by group where the dataset has groups.</summary>
    /// <param name="data">A dataset with labels; rows keep their order and ids.</param>
    /// <param name="fractions">Shares of the three parts.</param>
    /// <param name="seed">Decides which rows, or groups, meet.</param>
    /// <exception cref="ArgumentException">The dataset has no labels, or its groups leave the training part without a class that others have.</exception>
    public static DataSplit Of(Dataset data, SplitFractions fractions, long seed = 0)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(fractions);
        if (data.Labels.IsEmpty)
            throw new ArgumentException("The dataset has no labels to stratify by.", nameof(data));
        var shares = fractions.ToArray();
        var partOfRow = data.Groups.IsEmpty
            ? Partition.Stratified(data.Labels.Span, data.ClassCount, shares, seed)
            : Partition.StratifiedByGroup(data.Labels.Span, data.ClassCount, data.Groups.Span, shares, seed);
        Dataset[] parts = [.. Enumerable.Range(0, 3).Select(part => data.Select([.. Enumerable.Range(0, data.Count).Where(i => partOfRow[i] == part)]))];

        var present = data.ClassCounts();
        string[] Lacking(Dataset part)
        {
            var counts = part.ClassCounts();
            return [.. Enumerable.Range(0, data.ClassCount).Where(k => present[k] > 0 && counts[k] == 0).Select(k => $"'{data.ClassNames[k]}'")];
        }
        if (Lacking(parts[0]) is { Length: > 0 } absent)
            throw new ArgumentException($"All groups with class {string.Join(", ", absent)} fell outside the training part; give it a larger share or another seed.", nameof(data));
        var notes = new List<string>();
        foreach (var (part, name) in new[] { (1, "validation"), (2, "test") })
            if (shares[part] > 0 && Lacking(parts[part]) is { Length: > 0 } missing)
                notes.Add($"The {name} part has no row of class {string.Join(", ", missing)}.");
        return new DataSplit(parts[0], parts[1], parts[2], notes);
    }
}
