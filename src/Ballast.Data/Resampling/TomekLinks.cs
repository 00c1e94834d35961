using Ballast.Core;

namespace Ballast.Data.Resampling;

/// <summary>Removes members of Tomek links: pairs of rows of different classes, each the other's nearest neighbour.</summary>
/// <remarks>
/// Source: Tomek (1976), IEEE Trans. SMC 6. Pairs are found once, on the rows given. Categorical columns count as in SMOTE-NC, the median taken over all rows.
/// </remarks>
public sealed class TomekLinks : IResampler
{
    /// <summary>Whose members are removed. Default <see cref="CleanedClasses.NotMinority"/>.</summary>
    public CleanedClasses Classes { get; init; } = CleanedClasses.NotMinority;

    /// <summary>Scaling for distances. Default <see cref="Standardize.Auto"/>.</summary>
    public Standardize Standardize { get; init; } = Standardize.Auto;

    /// <inheritdoc/>
    public string Name => "Tomek links";

    /// <inheritdoc/>
    public ResampleResult Resample(Dataset data, CancellationToken cancellation = default)
    {
        var run = new ResamplingRun(Name, data, cancellation);
        var points = run.Space(Standardize, cancellation).AllPoints();
        return run.Cleaned(Cleaning.WithoutTomekLinks(points, data.Labels.Span, data.ClassCount, Classes, cancellation));
    }
}
