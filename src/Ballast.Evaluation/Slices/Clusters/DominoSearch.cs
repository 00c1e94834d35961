namespace Ballast.Evaluation.Slices.Clusters;

/// <summary>Proposes the slices of Domino's mixture, the highest share of errors first; a slice's rows are those it is most responsible for.</summary>
/// <remarks>
/// The mixture looks at predictions, so the slice most responsible for a wrong row is one of wrong rows, on any data. Confirming such a slice on other rows
/// would confirm noise. What is proposed is therefore the part of a class in which the slice is most responsible by representation and label alone, and it is compared
/// with the rest of that class.
/// </remarks>
/// <param name="input">The rows.</param>
/// <param name="mixture">How the mixture is fitted; null for the defaults.</param>
public sealed class DominoSearch(SliceInput input, DominoOptions? mixture = null) : ISliceSearch
{
    private const int LargestWidth = 128;

    /// <inheritdoc/>
    public int Count => input.Count;

    /// <inheritdoc/>
    public IReadOnlyList<SliceCandidate> Propose(ReadOnlyMemory<double> losses, int[] searchRows, SliceFinderOptions options, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(searchRows);
        ArgumentNullException.ThrowIfNull(options);
        var standardized = new Standardized(input.Representations.Span, input.Width).Values;
        var (points, width) = input.Width > LargestWidth ? (PrincipalComponents.Of(standardized, input.Width, LargestWidth), LargestWidth) : (standardized, input.Width);
        var (labels, predictions, classes) = (input.Labels.ToArray(), input.Predictions.ToArray(), input.ClassNames.Count);
        var own = new double[searchRows.Length * width];
        for (var i = 0; i < searchRows.Length; i++)
            points.AsSpan(searchRows[i] * width, width).CopyTo(own.AsSpan(i * width));
        var (ownLabels, ownPredictions) = (Array.ConvertAll(searchRows, row => labels[row]), Array.ConvertAll(searchRows, row => predictions[row]));
        var settings = (mixture ?? new DominoOptions()) with { Seed = options.Seed };
        var fitted = DominoMixture.Fit(own, ownLabels, ownPredictions, classes, settings, cancellation);
        var (responsibilities, _) = fitted.Expect(own, ownLabels, ownPredictions, settings.Weight);
        var slices = fitted.Mixing.Length;
        var ranked = Enumerable.Range(0, slices).Select(k => (Slice: k, Rate: ErrorRate(responsibilities, slices, k, ownLabels, ownPredictions, out var size), Size: size))
            .Where(item => item.Size >= options.MinimumRows && item.Rate > 0).OrderByDescending(item => item.Rate).ToArray();

        var places = fitted.AssignByLabel(points, labels, settings.Weight);
        var candidates = new List<SliceCandidate>();
        foreach (var (slice, _, _) in ranked)
        {
            int[] all = [.. Enumerable.Range(0, input.Count).Where(i => places[i] == slice)];
            if (all.Length == 0)
                continue;
            var c = all.CountBy(row => labels[row]).MaxBy(pair => pair.Value).Key;
            int[] rows = [.. all.Where(row => labels[row] == c)];
            if (rows.Length >= options.MinimumRows)
                candidates.Add(new SliceCandidate(ClusterNames.Of(input, standardized, rows, c, slice + 1), [], rows) { Among = [.. Enumerable.Range(0, input.Count).Where(i => labels[i] == c)] });
        }
        return candidates;
    }

    internal static double ErrorRate(double[] responsibilities, int slices, int slice, int[] labels, int[] predictions, out double size)
    {
        var wrong = size = 0;
        for (var i = 0; i < labels.Length; i++)
        {
            size += responsibilities[i * slices + slice];
            wrong += labels[i] != predictions[i] ? responsibilities[i * slices + slice] : 0;
        }
        return size > 0 ? wrong / size : 0;
    }
}
