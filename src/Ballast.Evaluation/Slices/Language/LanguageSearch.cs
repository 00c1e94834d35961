namespace Ballast.Evaluation.Slices.Language;

/// <summary>Proposes the slices that <see cref="Ladder"/> confirms on the search rows, so that <see cref="SliceFinder"/> tests them on others.</summary>
/// <remarks>The aligner, the words, the hypotheses and their thresholds come from the search rows alone; other rows are placed by their representations. Losses are not looked at: errors are.</remarks>
/// <param name="input">All rows.</param>
/// <param name="ladder">How to work; null for the defaults.</param>
public sealed class LanguageSearch(LadderInput input, LadderOptions? ladder = null) : ISliceSearch
{
    /// <inheritdoc/>
    public int Count => input.Rows.Count;

    /// <summary>What the last search saw; null before one.</summary>
    public LadderReport? Report { get; private set; }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">There is no text, or shared embeddings are of another width than those of the sentences.</exception>
    public IReadOnlyList<SliceCandidate> Propose(ReadOnlyMemory<double> losses, int[] searchRows, SliceFinderOptions options, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(searchRows);
        ArgumentNullException.ThrowIfNull(options);
        var settings = (ladder ?? new LadderOptions()) with { Seed = options.Seed };
        Report = new Ladder(settings).FindAsync(Select(searchRows), cancellation: cancellation).GetAwaiter().GetResult();
        if (Report.Aligner is not { } aligner)
            return [];
        var (mapped, labels, names) = (aligner.Map(input.Rows.Representations.Span), input.Rows.Labels.ToArray(), input.Rows.ClassNames);
        var candidates = new List<SliceCandidate>();
        foreach (var slice in Report.Slices)
        {
            var scores = slice.Hypothesis.ScoresOf(mapped);
            int[] members = [.. Enumerable.Range(0, Count).Where(i => labels[i] == slice.Hypothesis.Class)];
            int[] rows = [.. members.Where(i => slice.Hypothesis.Marks(scores[i]))];
            candidates.Add(new SliceCandidate(slice.Hypothesis.Describe(names[slice.Hypothesis.Class]), [], rows) { Among = members });
        }
        return candidates;
    }

    private LadderInput Select(int[] chosen)
    {
        var rows = input.Rows;
        var width = input.SharedEmbeddings.Length / rows.Count;
        var part = new SliceInput(
            Array.ConvertAll(chosen, row => rows.Labels.Span[row]), Array.ConvertAll(chosen, row => rows.Predictions.Span[row]), Pick(rows.Representations.Span, rows.Width), rows.ClassNames,
            rows.Texts is { } texts ? Array.ConvertAll(chosen, row => texts[row]) : null, rows.RepresentationNames);
        return input with
        {
            Rows = part,
            SharedEmbeddings = Pick(input.SharedEmbeddings.Span, width),
            RowIds = input.RowIds.IsEmpty ? chosen : Array.ConvertAll(chosen, row => input.RowIds.Span[row]),
        };

        double[] Pick(ReadOnlySpan<double> values, int width)
        {
            var picked = new double[chosen.Length * width];
            for (var i = 0; i < chosen.Length; i++)
                values.Slice(chosen[i] * width, width).CopyTo(picked.AsSpan(i * width));
            return picked;
        }
    }
}
