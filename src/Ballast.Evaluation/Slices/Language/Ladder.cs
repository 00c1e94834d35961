using Ballast.Core;
using Ballast.Numerics.Intervals;

namespace Ballast.Evaluation.Slices.Language;

/// <summary>Language-driven slice discovery: says in words which attributes a classifier leans on, and tests each.</summary>
/// <remarks>
/// Source: Ghosh et al., "LADDER: Language-Driven Slice Discovery and Error Rectification in Vision Classifiers", Findings of ACL 2025. A linear map takes representations to the space of text
/// embeddings; there the mean of a class's right rows less that of its wrong rows retrieves sentences, which a chat model or a contrast of phrases turns into hypotheses. Each is tested inside
/// its class. Discovery and test see the same rows: confirm on others with <see cref="LanguageSearch"/> where a report must not be optimistic.
/// </remarks>
/// <param name="options">How to work; null for the defaults.</param>
public sealed class Ladder(LadderOptions? options = null)
{
    private const double LeastR2 = 0.05, SameSlice = 0.5;

    private readonly LadderOptions options = options ?? new LadderOptions();

    /// <summary>Finds what the model leans on.</summary>
    /// <param name="input">Rows that the model was not trained on.</param>
    /// <param name="progress">Told of each class; may be null.</param>
    /// <param name="cancellation">Stops the work.</param>
    /// <returns>A report; an empty one with a reason where no class has enough right and wrong rows.</returns>
    /// <exception cref="ArgumentException">There is no text, lengths disagree, or shared embeddings are of another width than those of the sentences.</exception>
    public async Task<LadderReport> FindAsync(LadderInput input, IProgress<ProgressUpdate>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(input);
        var rows = input.Rows;
        if (!input.RowIds.IsEmpty)
            Guard.SameLength(rows.Count, input.RowIds.Length, nameof(input.Rows), nameof(input.RowIds));
        var pool = SentencePool.Of(input);
        var classes = Enumerable.Range(0, rows.ClassNames.Count).Select(c => Count(rows, c)).ToArray();
        if (Array.TrueForAll(classes, finding => finding.Skipped is not null))
            return new LadderReport([], [], classes) { Reason = Array.TrueForAll(classes, finding => finding.Wrong == 0) ? "there are no errors" : $"no class has {options.MinimumRows} right and {options.MinimumRows} wrong rows" };

        var warnings = new List<string>();
        progress?.Report(new ProgressUpdate("embedding sentences", 0));
        var (embedding, sentences, shared, width) = await EmbedAsync(input, pool, warnings, cancellation).ConfigureAwait(false);
        progress?.Report(new ProgressUpdate("aligning", 0));
        var (aligner, r2) = Align(rows, shared, width);
        if (r2 < LeastR2)
            warnings.Add($"Language explains little of this representation: the aligner's R2 is {r2:0.###}. Hypotheses may be of no worth.");
        var mapped = aligner.Map(rows.Representations.Span);
        var index = options.Chat is null ? PhraseIndex.Of(pool.Sentences, input.Kind, rows.ClassNames) : null;

        var tested = new List<TestedHypothesis>();
        for (var c = 0; c < classes.Length; c++)
        {
            cancellation.ThrowIfCancellationRequested();
            progress?.Report(new ProgressUpdate("testing hypotheses", (double)c / classes.Length));
            if (classes[c].Skipped is not null)
                continue;
            var difference = LanguageDifference.Of(mapped, rows.Labels.Span, rows.Predictions.Span, c)!;
            var scores = difference.Scores(sentences);
            int[] high = LanguageDifference.Top(scores, options.TopSentences), low = LanguageDifference.Top([.. scores.Select(score => -score)], options.TopSentences);
            classes[c] = classes[c] with
            {
                Difference = difference,
                PValue = difference.PermutationPValue(mapped, rows.Labels.Span, rows.Predictions.Span, c, options.Seed),
                HighSentences = [.. high.Select(t => pool.Sentences[t])],
                LowSentences = [.. low.Select(t => pool.Sentences[t])],
                WereSent = options.Chat is not null,
            };
            var members = new ClassRows(rows, c);
            var proposed = await AskAsync(input, classes[c], members, warnings, cancellation).ConfigureAwait(false);
            if (proposed is null)
            {
                index ??= PhraseIndex.Of(pool.Sentences, input.Kind, rows.ClassNames);
                var contrast = new PhraseContrast(index, pool.RowOf, members, cancellation);
                proposed = [.. contrast.Propose(high, HypothesisEnd.High, options.MaximumHypotheses), .. contrast.Propose(low, HypothesisEnd.Low, options.MaximumHypotheses)];
            }
            foreach (var hypothesis in proposed)
            {
                var direction = HypothesisTest.Direction(await embedding.EmbedAsync(hypothesis.Prompts, cancellation).ConfigureAwait(false), width);
                tested.Add(HypothesisTest.Run(mapped, rows.Labels.Span, rows.Predictions.Span, c, hypothesis, direction, options.Percentile));
            }
        }
        var confirmed = HypothesisTest.Confirm(tested);
        return new LadderReport(Slices(input, confirmed), confirmed, classes) { Aligner = aligner, AlignerR2 = r2, Warnings = warnings };
    }

    private ClassFinding Count(SliceInput rows, int c)
    {
        var members = new ClassRows(rows, c);
        var (right, wrong) = (members.Count - members.Wrong, members.Wrong);
        return new ClassFinding(c, right, wrong)
        {
            Skipped = Math.Min(right, wrong) >= options.MinimumRows ? null : $"{right} right and {wrong} wrong rows; at least {options.MinimumRows} of each are needed",
        };
    }

    private async Task<(ITextEmbedding Embedding, double[] Sentences, double[] Shared, int Width)> EmbedAsync(LadderInput input, SentencePool pool, List<string> warnings, CancellationToken cancellation)
    {
        var embedding = options.Embedding ?? new TfIdfEmbedding(pool.Sentences, input.Kind);
        try
        {
            return await With(embedding).ConfigureAwait(false);
        }
        catch (Exception error) when (options.Embedding is not null && input.SharedEmbeddings.IsEmpty && !cancellation.IsCancellationRequested && error is not (ArgumentException or OutOfMemoryException))
        {
            warnings.Add($"The embedding model failed ({error.Message}); sentences are embedded by their words instead.");
            return await With(new TfIdfEmbedding(pool.Sentences, input.Kind)).ConfigureAwait(false);
        }

        async Task<(ITextEmbedding, double[], double[], int)> With(ITextEmbedding embedding)
        {
            var sentences = await embedding.EmbedAsync(pool.Sentences, cancellation).ConfigureAwait(false);
            var width = sentences.Length / pool.Sentences.Count;
            var shared = input.SharedEmbeddings.IsEmpty ? await embedding.EmbedAsync(input.Rows.Texts!, cancellation).ConfigureAwait(false) : input.SharedEmbeddings.ToArray();
            if (width == 0 || shared.Length != (long)input.Rows.Count * width)
                throw new ArgumentException($"The rows' embeddings hold {shared.Length} values; {input.Rows.Count} rows with sentences of {width} values need {(long)input.Rows.Count * width}.", nameof(input));
            return (embedding, sentences, shared, width);
        }
    }

    private (LanguageAligner Aligner, double R2) Align(SliceInput rows, double[] shared, int width)
    {
        if (options.Penalty is not { } penalty)
            return LanguageAligner.FitCrossValidated(rows.Representations, rows.Width, shared, width, options.Seed);
        var aligner = LanguageAligner.Fit(rows.Representations.Span, rows.Width, shared, width, penalty);
        return (aligner, aligner.R2(rows.Representations.Span, shared));
    }

    // Null where no chat model is asked, or where it does not answer.
    private async Task<IReadOnlyList<SliceHypothesis>?> AskAsync(LadderInput input, ClassFinding finding, ClassRows members, List<string> warnings, CancellationToken cancellation)
    {
        if (options.Chat is not { } chat)
            return null;
        var all = new List<SliceHypothesis>();
        foreach (var (end, sentences) in new[] { (HypothesisEnd.High, finding.HighSentences), (HypothesisEnd.Low, finding.LowSentences) })
        {
            var (hypotheses, failure) = await ChatHypotheses.AskAsync(chat, options.Task, input.Rows.ClassNames, finding.Class, sentences, end, options.MaximumHypotheses, cancellation).ConfigureAwait(false);
            if (failure is not null)
            {
                warnings.Add($"Class '{input.Rows.ClassNames[finding.Class]}': {failure}; its hypotheses are from phrases instead.");
                return null;
            }
            all.AddRange(hypotheses!);
        }
        if (input.Sentences is not null || input.Rows.Texts is not { } texts)
            return all;
        var evidence = ClassRows.Adjust([.. all.Select(hypothesis => members.Evidence(AttributeMention.Rows(hypothesis, texts)))]);
        return [.. all.Zip(evidence, (hypothesis, direct) => hypothesis with { Direct = direct })];
    }

    private static List<LanguageSlice> Slices(LadderInput input, IReadOnlyList<TestedHypothesis> tested)
    {
        var slices = new List<LanguageSlice>();
        foreach (var test in tested.Where(test => test.IsConfirmed).OrderBy(test => test.AdjustedPValue).ThenByDescending(test => Math.Abs(test.Z!.Value)))
        {
            var rows = test.ErrorRows(input.Rows.Labels.Span);
            if (slices.FindIndex(other => other.Hypothesis.Class == test.Class && PhraseContrast.Jaccard(other.Slice.Rows.Span, rows) > SameSlice) is >= 0 and var same)
            {
                slices[same] = slices[same] with { AlsoNamed = [.. slices[same].AlsoNamed, test.Describe(input.Rows.ClassNames[test.Class])] };
                continue;
            }
            var (inside, outside) = test.Hypothesis.End == HypothesisEnd.High ? (test.Absent, test.Present) : (test.Present, test.Absent);
            var slice = new Slice(test.Describe(input.Rows.ClassNames[test.Class]), [], rows, Errors(inside), Errors(outside), test.PValue!.Value, test.AdjustedPValue!.Value)
            {
                RowIds = input.RowIds.IsEmpty ? rows : Array.ConvertAll(rows, row => input.RowIds.Span[row]),
            };
            slices.Add(new LanguageSlice(slice, test, []));
        }
        return slices;

        static Estimate Errors(Estimate accuracy) => BinomialInterval.WilsonEstimate(accuracy.Count - (int)Math.Round(accuracy.Value * accuracy.Count), accuracy.Count);
    }
}
