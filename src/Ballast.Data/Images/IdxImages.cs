using System.Numerics.Tensors;
using Ballast.Core;
using Ballast.Exchange;

namespace Ballast.Data.Images;

/// <summary>Images and labels in IDX files, as MNIST and its kin are published; gzipped or not.</summary>
public static class IdxImages
{
    /// <summary>Reads a file of images and one of labels.</summary>
    /// <param name="images">Bytes of shape (n, h, w) or (n, c, h, w).</param>
    /// <param name="labels">n class indices from 0.</param>
    /// <param name="classNames">Names of class 0..K-1; null for the numbers up to the greatest label.</param>
    /// <param name="cancellation">Stops between chunks.</param>
    /// <returns>Samples [c,h,w], values in [0,1] (bytes over 255), row ids in file order.</returns>
    /// <exception cref="DataFormatException">A file is damaged or of another shape, the two disagree, or a label has no class.</exception>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public static Dataset Read(string images, string labels, IReadOnlyList<string>? classNames = null, CancellationToken cancellation = default)
    {
        var pixels = IdxFile.Read<byte>(images, cancellation);
        if (pixels.Shape.Count is not (3 or 4) || pixels.Shape.Skip(1).Contains(0))
            throw new DataFormatException(images, $"an array of shape ({string.Join(", ", pixels.Shape)})", "images (n, h, w) or (n, c, h, w)");
        var classes = IdxFile.Read<int>(labels, cancellation);
        if (classes.Shape.Count != 1 || classes.Shape[0] != pixels.Shape[0])
            throw new DataFormatException(labels, $"an array of shape ({string.Join(", ", classes.Shape)})", $"one label for each of {pixels.Shape[0]} images");
        var greatest = classes.Values.Length == 0 ? -1 : TensorPrimitives.Max<int>(classes.Values);
        if (classes.Values.Length > 0 && TensorPrimitives.Min<int>(classes.Values) < 0)
            throw new DataFormatException(labels, "a negative label", "class indices from 0");
        if (classNames is not null && greatest >= classNames.Count)
            throw new DataFormatException(labels, $"label {greatest}", $"labels of {classNames.Count} classes, 0 to {classNames.Count - 1}");
        // Names are made for every number up to the greatest label, so a stray label must not make millions.
        if (classNames is null && greatest >= Math.Max(1000, classes.Values.Length))
            throw new DataFormatException(labels, $"label {greatest} among {classes.Values.Length} rows", "class indices from 0");

        var values = new float[pixels.Values.Length];
        TensorPrimitives.ConvertTruncating<byte, float>(pixels.Values, values);
        TensorPrimitives.Divide(values, 255f, values);
        IReadOnlyList<int> shape = pixels.Shape.Count == 3 ? [1, pixels.Shape[1], pixels.Shape[2]] : [.. pixels.Shape.Skip(1)];
        classNames ??= [.. Enumerable.Range(0, greatest + 1).Select(k => $"{k}")];
        return new Dataset(values, pixels.Shape[0], sampleShape: shape, labels: classes.Values, classNames: classNames);
    }
}
