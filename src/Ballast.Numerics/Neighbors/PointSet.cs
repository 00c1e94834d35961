using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Ballast.Core;

namespace Ballast.Numerics.Neighbors;

/// <summary>n points with a distance: numeric coordinates compared by Euclid and, optionally, category codes that each cost a fixed amount where they differ.</summary>
/// <remarks>
/// Squared distance of a and b: sum_j (a_j - b_j)^2 + <see cref="Mismatch"/> * (number of codes that differ). It is summed in float64 in
/// one fixed order, without fused multiplication, so that ties are the same on every processor.
/// </remarks>
public sealed class PointSet
{
    private readonly double[] values;
    private readonly int[] codes;

    /// <summary>Makes a set over the given blocks, which must not change afterwards.</summary>
    /// <param name="values">n x <paramref name="width"/> finite coordinates, row-major.</param>
    /// <param name="count">Number of points n.</param>
    /// <param name="width">Numeric coordinates of a point; may be 0 where there are codes.</param>
    /// <param name="codes">n x <paramref name="codeWidth"/> category codes, row-major; null for none.</param>
    /// <param name="codeWidth">Category codes of a point.</param>
    /// <param name="mismatch">What a differing code adds to the squared distance; at least 0.</param>
    /// <exception cref="ArgumentException">A block has another length than count and width ask.</exception>
    public PointSet(double[] values, int count, int width, int[]? codes = null, int codeWidth = 0, double mismatch = 1)
    {
        ArgumentNullException.ThrowIfNull(values);
        this.values = values;
        this.codes = codes ?? [];
        Count = Guard.NotNegative(count);
        Width = Guard.NotNegative(width);
        CodeWidth = Guard.NotNegative(codeWidth);
        Mismatch = Guard.NotNegative(mismatch);
        Guard.SameLength(checked(count * width), values.Length, "count times width", nameof(values));
        Guard.SameLength(checked(count * codeWidth), this.codes.Length, "count times codeWidth", nameof(codes));
    }

    /// <summary>Points of float32 coordinates, row-major.</summary>
    /// <param name="values">n x <paramref name="width"/> finite coordinates.</param>
    /// <param name="width">Coordinates of a point; at least 1.</param>
    public static PointSet FromFloats(ReadOnlySpan<float> values, int width)
    {
        Guard.Positive(width);
        var wide = new double[values.Length];
        for (var i = 0; i < wide.Length; i++)
            wide[i] = values[i];
        return new PointSet(wide, values.Length / width, width);
    }

    /// <summary>Number of points n.</summary>
    public int Count { get; }

    /// <summary>Numeric coordinates of a point.</summary>
    public int Width { get; }

    /// <summary>Category codes of a point.</summary>
    public int CodeWidth { get; }

    /// <summary>What a differing code adds to the squared distance.</summary>
    public double Mismatch { get; }

    /// <summary>n x <see cref="Width"/> coordinates, row-major.</summary>
    public ReadOnlySpan<double> Values => values;

    /// <summary>The same points with another price of a differing code.</summary>
    public PointSet WithMismatch(double mismatch) => new(values, Count, Width, codes, CodeWidth, mismatch);

    /// <summary>The numeric coordinates of one point.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ReadOnlySpan<double> Point(int index) => values.AsSpan(index * Width, Width);

    /// <summary>n x <see cref="CodeWidth"/> category codes, row-major.</summary>
    public ReadOnlySpan<int> AllCodes => codes;

    /// <summary>The category codes of one point.</summary>
    public ReadOnlySpan<int> Codes(int index) => codes.AsSpan(index * CodeWidth, CodeWidth);

    /// <summary>The points at <paramref name="rows"/>, in that order.</summary>
    public PointSet Select(ReadOnlySpan<int> rows)
    {
        var picked = new double[checked(rows.Length * Width)];
        var pickedCodes = new int[checked(rows.Length * CodeWidth)];
        for (var i = 0; i < rows.Length; i++)
        {
            Point(rows[i]).CopyTo(picked.AsSpan(i * Width, Width));
            Codes(rows[i]).CopyTo(pickedCodes.AsSpan(i * CodeWidth, CodeWidth));
        }
        return new PointSet(picked, rows.Length, Width, pickedCodes, CodeWidth, Mismatch);
    }

    /// <summary>Squared distance of two points of this set.</summary>
    public double SquaredDistance(int a, int b) => SquaredDistance(a, this, b);

    /// <summary>Squared distance of point <paramref name="a"/> of this set and point <paramref name="b"/> of another of the same widths.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public double SquaredDistance(int a, PointSet other, int b)
    {
        var distance = SquaredDistance(Point(a), other.Point(b));
        return CodeWidth == 0 ? distance : distance + Mismatch * Differing(Codes(a), other.Codes(b));
    }

    /// <summary>Sum of squared differences, in eight lanes added pairwise, then the tail: the same bits with and without 512-bit registers.</summary>
    internal static double SquaredDistance(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        var sum = 0.0;
        var i = 0;
        if (a.Length >= Vector512<double>.Count)
        {
            var lanes = Vector512<double>.Zero;
            for (; i <= a.Length - Vector512<double>.Count; i += Vector512<double>.Count)
            {
                var difference = Vector512.Create(a.Slice(i, Vector512<double>.Count)) - Vector512.Create(b.Slice(i, Vector512<double>.Count));
                lanes += difference * difference;
            }
            var four = lanes.GetLower() + lanes.GetUpper();
            var two = four.GetLower() + four.GetUpper();
            sum = two[0] + two[1];
        }
        for (; i < a.Length; i++)
        {
            var difference = a[i] - b[i];
            sum += difference * difference;
        }
        return sum;
    }

    private static int Differing(ReadOnlySpan<int> a, ReadOnlySpan<int> b)
    {
        var differing = 0;
        for (var i = 0; i < a.Length; i++)
            differing += a[i] == b[i] ? 0 : 1;
        return differing;
    }
}
