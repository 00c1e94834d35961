using Ballast.Core;

namespace Ballast.Data.Resampling;

/// <summary>Edits nearest neighbours again and again until nothing changes or a class runs short.</summary>
/// <remarks>
/// Source: Tomek (1976), IEEE Trans. SMC 6; stopping rules in <see cref="Cleaning.RepeatedlyEdited"/>.
/// Categorical columns count as in SMOTE-NC, the median taken over all rows.
/// </remarks>
public sealed class RepeatedEditedNearestNeighbours : IResampler
{
    /// <summary>Neighbours k that judge a row; at least 1. Default 3.</summary>
    public int K { get; init => field = Guard.Positive(value); } = 3;

    /// <summary>Whose rows are judged. Default <see cref="CleanedClasses.NotMinority"/>.</summary>
    public CleanedClasses Classes { get; init; } = CleanedClasses.NotMinority;

    /// <summary>Scaling for distances. Default <see cref="Standardize.Auto"/>.</summary>
    public Standardize Standardize { get; init; } = Standardize.Auto;

    /// <inheritdoc/>
    public string Name => "Repeated edited nearest neighbours";

    /// <inheritdoc/>
    public ResampleResult Resample(Dataset data, CancellationToken cancellation = default)
    {
        var run = new ResamplingRun(Name, data, cancellation);
        run.RequireRows(K, nameof(K));
        var points = run.Space(Standardize, cancellation).AllPoints();
        var (kept, passes) = Cleaning.RepeatedlyEdited(points, data.Labels.Span, data.ClassCount, K, Classes, cancellation);
        run.Notes.Add($"{passes} {(passes == 1 ? "pass" : "passes")} made.");
        return run.Cleaned(kept);
    }
}
