using System.Runtime.InteropServices;

namespace Ballast.Exchange.Networks;

/// <summary>A named constant of a network: weights, statistics, indices. Row-major, immutable, equal by content.</summary>
/// <remarks>The memory given is kept, not copied: who makes a tensor no longer writes to it.</remarks>
public sealed class GraphTensor : IEquatable<GraphTensor>
{
    private readonly ReadOnlyMemory<float> floats;
    private readonly ReadOnlyMemory<double> doubles;
    private readonly ReadOnlyMemory<long> integers;

    /// <summary>Real numbers of single precision.</summary>
    /// <param name="name">Such as <c>fc1.weight</c>: unique in a network unless the contents are the same.</param>
    /// <param name="shape">All extents at least 0.</param>
    /// <param name="values">As many as the product of the extents.</param>
    /// <exception cref="ArgumentException">The shape does not hold the values.</exception>
    public GraphTensor(string name, Extents shape, ReadOnlyMemory<float> values) : this(name, ElementType.Float32, shape, values.Length) => floats = values;

    /// <summary>Real numbers of double precision.</summary>
    /// <exception cref="ArgumentException">The shape does not hold the values.</exception>
    public GraphTensor(string name, Extents shape, ReadOnlyMemory<double> values) : this(name, ElementType.Float64, shape, values.Length) => doubles = values;

    /// <summary>Whole numbers or booleans (0 and 1), held as 64-bit integers whatever their type in the network.</summary>
    /// <exception cref="ArgumentException">The shape does not hold the values, or the type is no integer.</exception>
    public GraphTensor(string name, Extents shape, ReadOnlyMemory<long> values, ElementType type = ElementType.Int64) : this(name, type, shape, values.Length)
    {
        if (type is ElementType.Float16 or ElementType.Float32 or ElementType.Float64)
            throw new ArgumentException($"{type} is no integer type.", nameof(type));
        integers = values;
    }

    private GraphTensor(string name, ElementType type, Extents shape, int count)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(shape);
        if (shape.HasBatch || shape.Product != count)
            throw new ArgumentException($"Tensor '{name}' of shape {shape} cannot hold {count} values.", nameof(shape));
        (Name, Type, Shape) = (name, type, shape);
    }

    /// <summary>Name in the file, such as <c>fc1.weight</c>.</summary>
    public string Name { get; }

    /// <summary>Element type.</summary>
    public ElementType Type { get; }

    /// <summary>Extents; empty for a single value.</summary>
    public Extents Shape { get; }

    /// <summary>Number of elements.</summary>
    public int Count => (int)Shape.Product;

    /// <summary>Whether the elements are real numbers.</summary>
    public bool IsReal => Type is ElementType.Float32 or ElementType.Float64;

    /// <summary>The elements of a <see cref="ElementType.Float32"/> tensor.</summary>
    /// <exception cref="InvalidOperationException">The tensor is of another type.</exception>
    public ReadOnlyMemory<float> Values => Type == ElementType.Float32 ? floats : throw Wrong("Float32");

    /// <summary>The elements of a <see cref="ElementType.Float64"/> tensor.</summary>
    /// <exception cref="InvalidOperationException">The tensor is of another type.</exception>
    public ReadOnlyMemory<double> Doubles => Type == ElementType.Float64 ? doubles : throw Wrong("Float64");

    /// <summary>The elements of an integer or boolean tensor.</summary>
    /// <exception cref="InvalidOperationException">The tensor holds real numbers.</exception>
    public ReadOnlyMemory<long> Integers => IsReal ? throw Wrong("an integer type") : integers;

    /// <summary>A copy as double precision, whatever the type.</summary>
    public double[] ToDoubles() => Type switch
    {
        ElementType.Float32 => [.. MemoryMarshal.ToEnumerable(floats).Select(value => (double)value)],
        ElementType.Float64 => doubles.ToArray(),
        _ => [.. MemoryMarshal.ToEnumerable(integers).Select(value => (double)value)],
    };

    /// <summary>The same content under another name.</summary>
    public GraphTensor Named(string name) => As(name, Shape);

    /// <summary>The same content with another shape of as many elements.</summary>
    public GraphTensor Reshaped(Extents shape) => As(Name, shape);

    /// <inheritdoc/>
    public bool Equals(GraphTensor? other) => other is not null && Name == other.Name && ContentEquals(other);

    /// <summary>Whether type, shape and every bit of the elements are the same.</summary>
    public bool ContentEquals(GraphTensor other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return Type == other.Type && Shape.Equals(other.Shape)
            && MemoryMarshal.AsBytes(floats.Span).SequenceEqual(MemoryMarshal.AsBytes(other.floats.Span))
            && MemoryMarshal.AsBytes(doubles.Span).SequenceEqual(MemoryMarshal.AsBytes(other.doubles.Span))
            && integers.Span.SequenceEqual(other.integers.Span);
    }

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as GraphTensor);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Name, Type, Shape);

    /// <summary>Such as <c>fc1.weight: Float32 [10, 84]</c>.</summary>
    public override string ToString() => $"{Name}: {Type} {Shape}";

    private GraphTensor As(string name, Extents shape) => Type switch
    {
        ElementType.Float32 => new GraphTensor(name, shape, floats),
        ElementType.Float64 => new GraphTensor(name, shape, doubles),
        _ => new GraphTensor(name, shape, integers, Type),
    };

    private InvalidOperationException Wrong(string wanted) => new($"Tensor '{Name}' holds {Type}, not {wanted}.");
}
