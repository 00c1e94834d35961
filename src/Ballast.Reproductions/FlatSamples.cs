using Ballast.Core;

namespace Ballast.Reproductions;

/// <summary>Images as plain rows of numbers, for networks without convolutions.</summary>
internal static class FlatSamples
{
    /// <summary>The same samples with shape [d].</summary>
    public static Dataset Of(Dataset images) => new(
        images.Features, images.Count, sampleShape: [images.Width], labels: images.Labels, classNames: images.ClassNames, targets: images.Targets,
        weights: images.Weights, rowIds: images.RowIds);
}
