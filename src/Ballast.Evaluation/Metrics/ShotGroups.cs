using Ballast.Core;

namespace Ballast.Evaluation.Metrics;

/// <summary>Classes, or bins of labels, parted into many, medium and few by their training rows.</summary>
public sealed class ShotGroups
{
    private const int MostByDefault = 100;
    private const int LeastByDefault = 20;

    private readonly Shot?[] shots;

    private ShotGroups(Shot?[] shots) => this.shots = shots;

    /// <summary>Number of classes or bins.</summary>
    public int Count => shots.Length;

    /// <summary>The group of a class; null where it belongs to none.</summary>
    public Shot? this[int k] => shots[k];

    /// <summary>The classes of a group, ascending.</summary>
    public IReadOnlyList<int> Of(Shot shot) => [.. Enumerable.Range(0, shots.Length).Where(k => shots[k] == shot)];

    /// <summary>Many above <paramref name="many"/> rows, few below <paramref name="few"/>, else medium: the field's usual 100 and 20.</summary>
    /// <param name="counts">Training rows of each class, at least 0.</param>
    /// <param name="many">More rows than this are many.</param>
    /// <param name="few">Fewer rows than this are few; at most <paramref name="many"/> + 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">A count is negative, or the bounds cross.</exception>
    public static ShotGroups ByCount(ReadOnlySpan<int> counts, int many = MostByDefault, int few = LeastByDefault)
    {
        Guard.InRange(few, 0, checked(many + 1));
        var shots = new Shot?[counts.Length];
        for (var k = 0; k < shots.Length; k++)
            shots[k] = Guard.NotNegative(counts[k], nameof(counts)) > many ? Shot.Many : counts[k] < few ? Shot.Few : Shot.Medium;
        return new(shots);
    }

    /// <summary>The K/3 most frequent classes many, the K/3 rarest few (both rounded down), the rest medium; of equal counts the lower class counts as more frequent.</summary>
    /// <param name="counts">Training rows of each class, at least 0.</param>
    public static ShotGroups Thirds(ReadOnlySpan<int> counts)
    {
        var (own, third) = (counts.ToArray(), counts.Length / 3);
        var ranked = Enumerable.Range(0, own.Length).OrderByDescending(k => Guard.NotNegative(own[k], nameof(counts))).ToArray();
        var shots = new Shot?[own.Length];
        for (var rank = 0; rank < own.Length; rank++)
            shots[ranked[rank]] = rank < third ? Shot.Many : rank >= own.Length - third ? Shot.Few : Shot.Medium;
        return new(shots);
    }

    /// <summary>Groups as listed; a class in no list belongs to none.</summary>
    /// <param name="classes">Number of classes K.</param>
    /// <param name="many">Classes with many rows.</param>
    /// <param name="medium">Classes between.</param>
    /// <param name="few">Classes with few rows.</param>
    /// <exception cref="ArgumentException">A class lies outside 0..K-1 or in two lists.</exception>
    public static ShotGroups Listed(int classes, IReadOnlyList<int> many, IReadOnlyList<int> medium, IReadOnlyList<int> few)
    {
        var shots = new Shot?[Guard.Positive(classes)];
        foreach (var (list, shot) in new[] { (many, Shot.Many), (medium, Shot.Medium), (few, Shot.Few) })
            foreach (var k in list ?? throw new ArgumentNullException(nameof(many), "Every group needs a list; it may be empty."))
            {
                if (shots[Guard.InRange(k, 0, classes - 1, nameof(classes))] is { } other)
                    throw new ArgumentException($"Class {k} stands in both {other} and {shot}.", nameof(classes));
                shots[k] = shot;
            }
        return new(shots);
    }
}
