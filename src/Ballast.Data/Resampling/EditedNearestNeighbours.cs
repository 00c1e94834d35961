using Ballast.Core;

namespace Ballast.Data.Resampling;

/// <summary>Removes rows that their nearest neighbours do not vouch for.</summary>
/// <remarks>
/// Source: Wilson (1972), IEEE Trans. SMC 2. All rows are judged on the rows given, then removed together. On overlapping classes this can erase a class; the result warns.
/// Categorical columns count as in SMOTE-NC, the median taken over all rows.
/// </remarks>
public sealed class EditedNearestNeighbours : IResampler
{
    /// <summary>Neighbours k that judge a row; at least 1. Default 3.</summary>
    public int K { get; init => field = Guard.Positive(value); } = 3;

    /// <summary>When neighbours vouch for a row. Default <see cref="NeighbourRule.All"/>.</summary>
    public NeighbourRule Rule { get; init; } = NeighbourRule.All;

    /// <summary>Whose rows are judged. Default <see cref="CleanedClasses.NotMinority"/>.</summary>
    public CleanedClasses Classes { get; init; } = CleanedClasses.NotMinority;

    /// <summary>Scaling for distances. Default <see cref="Standardize.Auto"/>.</summary>
    public Standardize Standardize { get; init; } = Standardize.Auto;

    /// <inheritdoc/>
    public string Name => "Edited nearest neighbours";

    /// <inheritdoc/>
    public ResampleResult Resample(Dataset data, CancellationToken cancellation = default)
    {
        var run = new ResamplingRun(Name, data, cancellation);
        run.RequireRows(K, nameof(K));
        var points = run.Space(Standardize, cancellation).AllPoints();
        return run.Cleaned(Cleaning.Edited(points, data.Labels.Span, data.ClassCount, K, Rule, Classes, cancellation));
    }
}
