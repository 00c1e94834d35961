using System.Collections;
using System.Runtime.CompilerServices;

namespace Ballast.Exchange.Networks;

/// <summary>A short list of whole numbers that compares by value: a shape, strides, axes, a permutation.</summary>
/// <remarks>In a shape, <see cref="Batch"/> stands for the number of samples, which is known only when the network runs. Written as <c>[3, 32, 32]</c> in code.</remarks>
[CollectionBuilder(typeof(Extents), nameof(Of))]
public sealed class Extents : IReadOnlyList<int>, IEquatable<Extents>
{
    /// <summary>The extent of the batch axis: any number of samples.</summary>
    public const int Batch = -1;

    private readonly int[] values;

    private Extents(int[] values) => this.values = values;

    /// <summary>No axes: the shape of a single value.</summary>
    public static Extents None { get; } = new([]);

    /// <inheritdoc/>
    public int Count => values.Length;

    /// <summary>Axis <paramref name="axis"/>; negative ones are not counted from the end.</summary>
    public int this[int axis] => values[axis];

    /// <summary>Whether one axis is the batch.</summary>
    public bool HasBatch => values.AsSpan().Contains(Batch);

    /// <summary>Product of all extents but the batch: elements a sample. <see cref="long.MaxValue"/> where it would overflow.</summary>
    public long Product
    {
        get
        {
            var product = 1L;
            foreach (var extent in values)
                if (extent != Batch)
                    product = extent != 0 && product > long.MaxValue / extent ? long.MaxValue : product * extent;
            return product;
        }
    }

    /// <summary>The list of these numbers.</summary>
    public static Extents Of(ReadOnlySpan<int> values) => values.IsEmpty && None is not null ? None : new(values.ToArray());

    /// <summary>The list of these numbers.</summary>
    public static Extents Of(IEnumerable<int> values) => Of([.. values]);

    /// <summary><paramref name="count"/> times <paramref name="value"/>.</summary>
    public static Extents Repeat(int value, int count) => Of(Enumerable.Repeat(value, count));

    /// <summary>The numbers themselves.</summary>
    public ReadOnlySpan<int> AsSpan() => values;

    /// <summary>The numbers as torch takes them.</summary>
    public long[] ToLongs() => Array.ConvertAll(values, value => (long)value);

    /// <summary>All but the first <paramref name="count"/>.</summary>
    public Extents Skip(int count) => Of(values.AsSpan(count));

    /// <summary>The same with <paramref name="value"/> at <paramref name="axis"/>.</summary>
    public Extents With(int axis, int value)
    {
        var copy = (int[])values.Clone();
        copy[axis] = value;
        return new Extents(copy);
    }

    /// <inheritdoc/>
    public IEnumerator<int> GetEnumerator() => ((IEnumerable<int>)values).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <inheritdoc/>
    public bool Equals(Extents? other) => other is not null && values.AsSpan().SequenceEqual(other.values);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Extents);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = new HashCode();
        foreach (var value in values)
            hash.Add(value);
        return hash.ToHashCode();
    }

    /// <summary>Such as <c>[n, 3, 32, 32]</c>.</summary>
    public override string ToString() => $"[{string.Join(", ", values.Select(value => value == Batch ? "n" : $"{value}"))}]";
}
