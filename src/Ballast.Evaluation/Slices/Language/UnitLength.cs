using System.Numerics.Tensors;

namespace Ballast.Evaluation.Slices.Language;

/// <summary>Vectors of length 1.</summary>
internal static class UnitLength
{
    /// <summary>Divides by the length; a vector of zeros stays.</summary>
    public static void Scale(Span<double> vector)
    {
        var length = TensorPrimitives.Norm<double>(vector);
        if (length > 0)
            TensorPrimitives.Divide(vector, length, vector);
    }
}
