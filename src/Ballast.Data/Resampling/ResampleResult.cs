using Ballast.Core;

namespace Ballast.Data.Resampling;

/// <summary>Rows of one class before and after resampling.</summary>
/// <param name="ClassIndex">The class.</param>
/// <param name="ClassName">Its name.</param>
/// <param name="Before">Rows in the input.</param>
/// <param name="After">Rows in the result.</param>
public sealed record ClassChange(int ClassIndex, string ClassName, int Before, int After);

/// <summary>A resampled set, where each of its rows comes from, and what a user must know about it.</summary>
/// <param name="Method">The method that made it.</param>
/// <param name="Dataset">The resampled set: kept rows in input order, then new rows class by class.</param>
/// <param name="Origins">One a row of <paramref name="Dataset"/>.</param>
/// <param name="Classes">One a class.</param>
/// <param name="Notes">Choices that the method made itself, as sentences.</param>
/// <param name="Warnings">What went otherwise than wished, as sentences.</param>
public sealed record ResampleResult(
    string Method, Dataset Dataset, IReadOnlyList<RowOrigin> Origins, IReadOnlyList<ClassChange> Classes, IReadOnlyList<string> Notes, IReadOnlyList<string> Warnings)
{
    /// <summary>Share of each class in the input: the true shares that <see cref="PriorCorrection"/> needs, where the input is a fair sample.</summary>
    public double[] SharesBefore() => Shares(change => change.Before);

    /// <summary>Share of each class in the result.</summary>
    public double[] SharesAfter() => Shares(change => change.After);

    private double[] Shares(Func<ClassChange, int> rows)
    {
        var total = (double)Classes.Sum(rows);
        return [.. Classes.Select(change => rows(change) / total)];
    }
}
