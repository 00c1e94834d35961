using Ballast.Core;

namespace Ballast.Evaluation.Fairness;

/// <summary>Which classes of a mask make up a structure.</summary>
/// <param name="First">Lowest class of it, at least 0.</param>
/// <param name="Last">Highest class of it.</param>
public readonly record struct MaskRegion(int First, int Last)
{
    /// <summary>Lowest class.</summary>
    public int First { get; } = Guard.NotNegative(First);

    /// <summary>The optic disc: rim and cup, classes from 1.</summary>
    public static MaskRegion Disc { get; } = AtLeast(1);

    /// <summary>The optic cup: class 2.</summary>
    public static MaskRegion Cup { get; } = Class(2);

    /// <summary>The rim: class 1 alone.</summary>
    public static MaskRegion Rim { get; } = Class(1);

    /// <summary>One class.</summary>
    public static MaskRegion Class(int index) => new(index, index);

    /// <summary>A class and all that lie inside it: those from <paramref name="index"/> on.</summary>
    public static MaskRegion AtLeast(int index) => new(index, int.MaxValue);

    /// <summary>Whether a pixel of that class belongs to it.</summary>
    public bool Contains(int value) => value >= First && value <= Last;
}
