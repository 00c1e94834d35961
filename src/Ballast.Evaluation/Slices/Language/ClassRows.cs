using Ballast.Numerics.Significance;

namespace Ballast.Evaluation.Slices.Language;

/// <summary>The rows of one class, and which of them the model got wrong.</summary>
internal sealed class ClassRows
{
    private readonly bool[] isMember, isWrong;

    public ClassRows(SliceInput input, int classIndex)
    {
        (isMember, isWrong) = (new bool[input.Count], new bool[input.Count]);
        for (var i = 0; i < input.Count; i++)
            if (input.Labels.Span[i] == classIndex)
            {
                (isMember[i], isWrong[i]) = (true, input.Predictions.Span[i] != classIndex);
                Count++;
                Wrong += isWrong[i] ? 1 : 0;
            }
    }

    public int Count { get; }

    public int Wrong { get; }

    public bool Contains(int row) => isMember[row];

    /// <summary>Counts errors with and without an attribute; the p-value is not adjusted.</summary>
    /// <param name="marked">Different rows that have it; those of other classes are left out.</param>
    public DirectEvidence Evidence(IEnumerable<int> marked)
    {
        int with = 0, wrong = 0;
        foreach (var row in marked.Where(Contains))
            (with, wrong) = (with + 1, wrong + (isWrong[row] ? 1 : 0));
        var p = TwoSidedTest.Fisher(wrong, with, Wrong - wrong, Count - with);
        return new DirectEvidence(with, wrong, Count - with, Wrong - wrong, p, p);
    }

    /// <summary>Adjusts by Benjamini and Hochberg for all of <paramref name="evidence"/>.</summary>
    public static DirectEvidence[] Adjust(IReadOnlyList<DirectEvidence> evidence)
    {
        var adjusted = TwoSidedTest.BenjaminiHochberg([.. evidence.Select(one => one.PValue)]);
        return [.. evidence.Select((one, i) => one with { AdjustedPValue = adjusted[i] })];
    }
}
