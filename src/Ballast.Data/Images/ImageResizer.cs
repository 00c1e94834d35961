using System.Buffers;
using System.Numerics.Tensors;
using Ballast.Core;

namespace Ballast.Data.Images;

/// <summary>Resizes planar float images of one size to another; width and height are stretched independently.</summary>
/// <remarks>
/// Pixels are squares: output column x covers source columns [x s, (x+1) s), s the ratio of widths, and its centre lies at (x + 1/2) s - 1/2 (the
/// convention of OpenCV, Pillow and torch with align_corners off). Shrinking by a whole number with <see cref="ImageResampling.Area"/> is mean pooling. Both axes are separate
/// weighted sums, rows first. Immutable and thread-safe.
/// </remarks>
public sealed class ImageResizer
{
    private readonly AxisWeights rows, columns;

    /// <summary>Prepares the weights.</summary>
    /// <param name="from">Size of the source.</param>
    /// <param name="to">Size of the output.</param>
    /// <param name="resampling">How.</param>
    public ImageResizer(ImageSize from, ImageSize to, ImageResampling resampling = ImageResampling.Area)
    {
        (From, To, Resampling) = (from, to, resampling);
        rows = AxisWeights.For(from.Height, to.Height, resampling);
        columns = AxisWeights.For(from.Width, to.Width, resampling);
    }

    /// <summary>Size of the source.</summary>
    public ImageSize From { get; }

    /// <summary>Size of the output.</summary>
    public ImageSize To { get; }

    /// <summary>How pixels are weighted.</summary>
    public ImageResampling Resampling { get; }

    /// <summary>Resizes one image.</summary>
    /// <param name="source">Channels times the source's pixels.</param>
    /// <param name="output">Channels times the output's pixels; must not overlap the source.</param>
    /// <exception cref="ArgumentException">A length is no multiple of its size, the two hold different numbers of channels, or they overlap.</exception>
    public void Apply(ReadOnlySpan<float> source, Span<float> output)
    {
        var channels = (int)(source.Length / From.Pixels);
        if (channels * From.Pixels != source.Length || channels * To.Pixels != output.Length)
            throw new ArgumentException($"{source.Length} values cannot be resized from {From} to {output.Length} values of {To}.", nameof(source));
        if (source.Overlaps(output))
            throw new ArgumentException("The output overlaps the source.", nameof(output));
        var buffer = ArrayPool<float>.Shared.Rent(From.Width);
        try
        {
            var line = buffer.AsSpan(0, From.Width);
            for (var c = 0; c < channels; c++)
            {
                var plane = source.Slice(c * From.Height * From.Width, From.Height * From.Width);
                for (var y = 0; y < To.Height; y++)
                {
                    SumRows(plane, y, line);
                    columns.Apply(line, output.Slice((c * To.Height + y) * To.Width, To.Width));
                }
            }
        }
        finally
        {
            ArrayPool<float>.Shared.Return(buffer);
        }
    }

    /// <summary>The same samples at another size.</summary>
    /// <param name="data">Images [c,h,w].</param>
    /// <param name="to">The new size.</param>
    /// <param name="resampling">How.</param>
    /// <exception cref="ArgumentException">The samples are no images.</exception>
    public static Dataset Resize(Dataset data, ImageSize to, ImageResampling resampling = ImageResampling.Area)
    {
        var shape = ImageShape.Of(data);
        var target = shape.WithSize(to);
        var resizer = new ImageResizer(shape.Size, to, resampling);
        var features = new float[checked(data.Count * target.Length)];
        Parallel.For(0, data.Count, i => resizer.Apply(data.Row(i), features.AsSpan(i * target.Length, target.Length)));
        return new Dataset(
            features, data.Count, sampleShape: [target.Channels, target.Height, target.Width], labels: data.Labels, classNames: data.ClassNames, targets: data.Targets,
            groups: data.Groups, groupNames: data.GroupNames, weights: data.Weights, rowIds: data.RowIds);
    }

    private void SumRows(ReadOnlySpan<float> plane, int y, Span<float> line)
    {
        var first = rows.Of(y, out var weights);
        TensorPrimitives.Multiply(plane.Slice(first * line.Length, line.Length), weights[0], line);
        for (var k = 1; k < weights.Length; k++)
            TensorPrimitives.MultiplyAdd(plane.Slice((first + k) * line.Length, line.Length), weights[k], line, line);
    }
}
