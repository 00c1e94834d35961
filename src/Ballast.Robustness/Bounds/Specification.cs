using static TorchSharp.torch;

namespace Ballast.Robustness.Bounds;

/// <summary>Linear functions of the outputs that are bounded: C f(x) + d.</summary>
public sealed class Specification
{
    /// <summary>Rows of any kind.</summary>
    /// <param name="rows">C, [B, R, K], or [1, R, K] for the same rows on every box.</param>
    /// <param name="offsets">d, [B, R] or [1, R]; null for 0.</param>
    /// <exception cref="ArgumentException">Shapes do not fit.</exception>
    public Specification(Tensor rows, Tensor? offsets = null)
    {
        ArgumentNullException.ThrowIfNull(rows);
        if (rows.dim() != 3)
            throw new ArgumentException($"Rows must be [boxes, rows, outputs], not [{string.Join(", ", rows.shape)}].", nameof(rows));
        if (offsets is not null && !offsets.shape.AsSpan().SequenceEqual(rows.shape.AsSpan(0, 2)))
            throw new ArgumentException($"Offsets [{string.Join(", ", offsets.shape)}] do not fit rows [{string.Join(", ", rows.shape)}].", nameof(offsets));
        (Rows, Offsets) = (rows, offsets);
    }

    /// <summary>C.</summary>
    public Tensor Rows { get; }

    /// <summary>d; null for 0.</summary>
    public Tensor? Offsets { get; }

    /// <summary>Score of each box's label minus that of every other class, classes in ascending order: all above 0 exactly when the label wins.</summary>
    /// <param name="labels">One a box.</param>
    /// <param name="classes">Number of outputs K, at least 2.</param>
    /// <exception cref="ArgumentException">A label is no class.</exception>
    public static Specification Margins(ReadOnlySpan<int> labels, int classes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(classes, 2);
        var rows = new double[labels.Length * (classes - 1) * classes];
        for (var i = 0; i < labels.Length; i++)
        {
            if ((uint)labels[i] >= (uint)classes)
                throw new ArgumentException($"Label {labels[i]} of box {i} is none of {classes} classes.", nameof(labels));
            for (var (other, row) = (0, i * (classes - 1)); other < classes; other++)
                if (other != labels[i])
                {
                    rows[row * classes + labels[i]] = 1;
                    rows[row++ * classes + other] = -1;
                }
        }
        return new Specification(tensor(rows).reshape(labels.Length, classes - 1, classes));
    }

    /// <summary>The outputs themselves.</summary>
    public static Specification Outputs(int classes) => new(eye(classes, dtype: float64).unsqueeze(0));
}
