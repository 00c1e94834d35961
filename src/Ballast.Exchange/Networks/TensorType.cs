namespace Ballast.Exchange.Networks;

/// <summary>What a value of a network is: its element type and its shape.</summary>
/// <param name="Element">Float32 nearly always; integers are codes, indices and shapes.</param>
/// <param name="Shape">All axes. Axis 0 is <see cref="Extents.Batch"/> where the network takes any number of samples.</param>
public sealed record TensorType(ElementType Element, Extents Shape)
{
    /// <summary>The shape of one sample: without axis 0 where that is the batch.</summary>
    public Extents SampleShape => Shape.Count > 0 && Shape[0] == Extents.Batch ? Shape.Skip(1) : Shape;

    /// <summary>Whether elements are real numbers.</summary>
    public bool IsReal => Element is ElementType.Float16 or ElementType.Float32 or ElementType.Float64;

    /// <summary>Such as <c>Float32 [n, 3, 32, 32]</c>.</summary>
    public override string ToString() => $"{Element} {Shape}";
}
