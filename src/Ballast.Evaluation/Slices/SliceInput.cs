using Ballast.Core;

namespace Ballast.Evaluation.Slices;

/// <summary>Rows with their labels, what was predicted, and how the model sees them.</summary>
public sealed class SliceInput
{
    /// <summary>Takes n rows.</summary>
    /// <param name="labels">n classes 0..K-1.</param>
    /// <param name="predictions">n predicted classes 0..K-1, made without having been trained on the row.</param>
    /// <param name="representations">n x d values, row-major: the activations before the last layer, or features.</param>
    /// <param name="classNames">Names of class 0..K-1, at least two.</param>
    /// <param name="texts">n texts, one a row; null where there are none.</param>
    /// <param name="representationNames">d names, such as a table's columns; null where they mean nothing to people.</param>
    /// <exception cref="ArgumentException">Lengths differ, fewer than 2 classes, a class outside, or a representation that is not finite.</exception>
    public SliceInput(
        ReadOnlyMemory<int> labels, ReadOnlyMemory<int> predictions, ReadOnlyMemory<double> representations, IReadOnlyList<string> classNames,
        IReadOnlyList<string>? texts = null, IReadOnlyList<string>? representationNames = null)
    {
        ArgumentNullException.ThrowIfNull(classNames);
        if (classNames.Count < 2)
            throw new ArgumentException($"There are {classNames.Count} classes; slices of a classifier need at least 2.", nameof(classNames));
        LabelledRows.Check(labels.Span, predictions.Length, classNames.Count);
        LabelledRows.Check(predictions.Span, labels.Length, classNames.Count, nameof(predictions));
        if (representations.Length % labels.Length != 0)
            throw new ArgumentException($"representations holds {representations.Length} values, which {labels.Length} rows cannot share evenly.", nameof(representations));
        Width = representations.Length / labels.Length;
        foreach (var value in representations.Span)
            if (!double.IsFinite(value))
                throw new ArgumentException($"A representation is {value}; all must be finite.", nameof(representations));
        if (texts is not null)
            Guard.SameLength(labels.Length, texts.Count, nameof(labels), nameof(texts));
        if (representationNames is not null)
            Guard.SameLength(Width, representationNames.Count, nameof(representations), nameof(representationNames));
        (Labels, Predictions, Representations, ClassNames, Texts, RepresentationNames) = (labels, predictions, representations, classNames, texts, representationNames);
    }

    /// <summary>Rows n.</summary>
    public int Count => Labels.Length;

    /// <summary>Values of a representation d.</summary>
    public int Width { get; }

    /// <summary>n classes.</summary>
    public ReadOnlyMemory<int> Labels { get; }

    /// <summary>n predicted classes.</summary>
    public ReadOnlyMemory<int> Predictions { get; }

    /// <summary>n x d values.</summary>
    public ReadOnlyMemory<double> Representations { get; }

    /// <summary>Names of class 0..K-1.</summary>
    public IReadOnlyList<string> ClassNames { get; }

    /// <summary>One text a row; null where there are none.</summary>
    public IReadOnlyList<string>? Texts { get; }

    /// <summary>Names of the values of a representation; null where they mean nothing to people.</summary>
    public IReadOnlyList<string>? RepresentationNames { get; }

    /// <summary>1 where the prediction is wrong, else 0.</summary>
    public double[] Errors()
    {
        var errors = new double[Count];
        for (var i = 0; i < Count; i++)
            errors[i] = Labels.Span[i] == Predictions.Span[i] ? 0 : 1;
        return errors;
    }
}
