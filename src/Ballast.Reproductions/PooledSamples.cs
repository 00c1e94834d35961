using Ballast.Core;

namespace Ballast.Reproductions;

/// <summary>Images of half the height and width, each pixel the mean of four, as plain rows of numbers.</summary>
internal static class PooledSamples
{
    /// <summary>The same samples with shape [h w / 4].</summary>
    /// <param name="images">[1, h, w] of even h and w.</param>
    public static Dataset Of(Dataset images)
    {
        var (height, width) = (images.SampleShape[1], images.SampleShape[2]);
        var (rows, columns) = (height / 2, width / 2);
        var pooled = new float[images.Count * rows * columns];
        for (var i = 0; i < images.Count; i++)
        {
            var image = images.Row(i);
            for (var r = 0; r < rows; r++)
                for (var c = 0; c < columns; c++)
                {
                    var corner = 2 * r * width + 2 * c;
                    pooled[(i * rows + r) * columns + c] = (image[corner] + image[corner + 1] + image[corner + width] + image[corner + width + 1]) / 4;
                }
        }
        return new Dataset(pooled, images.Count, sampleShape: [rows * columns], labels: images.Labels, classNames: images.ClassNames, rowIds: images.RowIds);
    }
}
