using Ballast.Core;
using Ballast.Evaluation.Slices;
using Ballast.Evaluation.Slices.Language;
using Ballast.Numerics.Significance;
using FsCheck.Xunit;
using Microsoft.Extensions.AI;

namespace Ballast.Tests.Evaluation.Slices;

public sealed class LadderTests
{
    [Fact]
    public async Task What_the_model_leans_on_is_named_and_its_absence_is_the_slice()
    {
        var input = LeaningModel.Rows(1);

        var report = await LeaningModel.Find(input);

        var first = report.Hypotheses.First(test => test.Class == 1 && test.Hypothesis.End == HypothesisEnd.High);
        Assert.Contains("tube", first.Hypothesis.Attribute, StringComparison.Ordinal);
        var slice = report.Slices[0];
        Assert.Equal(1, slice.Hypothesis.Class);
        Assert.Matches("^'sick' (without \".*tube|with \".*nothing)", slice.Slice.Description);
        Assert.InRange(slice.Slice.Inside.Value, 0.5, 0.75);
        Assert.True(slice.Slice.Outside.Value < 0.15, $"{slice.Slice.Outside}");
        Assert.All(slice.Slice.Rows.ToArray(), row => Assert.Equal(1, input.Rows.Labels.Span[row]));
        Assert.Equal(slice.Slice.Inside.Count, slice.Slice.Size);
        Assert.True(report.Classes[1].PValue < 0.01);
        Assert.Contains("tube", report.Classes[1].HighSentences[0], StringComparison.Ordinal);
        Assert.False(report.Classes[1].WereSent);
    }

    [Fact]
    public async Task Attributes_of_no_account_are_rarely_confirmed()
    {
        var confirmed = 0;
        for (var seed = 0; seed < 20; seed++)
            confirmed += (await LeaningModel.Find(LeaningModel.Rows(seed, reliance: 0))).Slices.Count;

        Assert.InRange(confirmed, 0, 2);
    }

    [Fact]
    public async Task Slices_of_much_the_same_rows_are_one()
    {
        var report = await LeaningModel.Find(LeaningModel.Rows(2));

        Assert.True(report.Hypotheses.Count(test => test.IsConfirmed) > report.Slices.Count);
        Assert.NotEmpty(report.Slices[0].AlsoNamed);
        foreach (var (i, one) in report.Slices.Index())
            foreach (var other in report.Slices.Skip(i + 1).Where(other => other.Hypothesis.Class == one.Hypothesis.Class))
            {
                HashSet<int> both = [.. one.Slice.Rows.ToArray()], all = [.. both, .. other.Slice.Rows.ToArray()];
                both.IntersectWith(other.Slice.Rows.ToArray());
                Assert.True(both.Count <= 0.5 * all.Count);
            }
    }

    [Fact]
    public void Other_rows_confirm_what_some_rows_proposed_and_refute_chance()
    {
        var input = LeaningModel.Rows(3, 1200);
        var search = new LanguageSearch(input, new LadderOptions { Percentile = 50 });

        var report = new SliceFinder().Find(search, input.RowIds, input.Rows.Errors());

        Assert.NotEmpty(report.Slices);
        Assert.Contains("'sick'", report.Slices[0].Description, StringComparison.Ordinal);
        Assert.Equal(600, search.Report!.Hypotheses[0].Scores.Length);
        var nothing = LeaningModel.Rows(3, 1200, reliance: 0);
        Assert.Empty(new SliceFinder().Find(new LanguageSearch(nothing), default, nothing.Rows.Errors()).Slices);
    }

    [Fact]
    public async Task The_same_seed_gives_the_same_report_and_threads_change_nothing()
    {
        var input = LeaningModel.Rows(4);

        var reports = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => LeaningModel.Find(input))));

        Assert.Single(reports.Select(report => string.Join("\n", report.Hypotheses.Select(test => $"{test.Hypothesis.Attribute} {test.Z:R} {test.AdjustedPValue:R} {test.Threshold:R}")
            .Concat(report.Classes.Select(finding => $"{finding.PValue:R}")).Append($"{report.AlignerR2:R}"))).Distinct());
    }

    [Fact]
    public async Task Row_ids_name_the_users_rows()
    {
        var input = LeaningModel.Rows(1) with { RowIds = Enumerable.Range(0, 600).Select(i => 10_000 + i).ToArray() };

        var slice = (await LeaningModel.Find(input)).Slices[0].Slice;

        Assert.Equal(slice.Rows.ToArray().Select(row => row + 10_000), slice.RowIds.ToArray());
    }

    [Fact]
    public async Task Images_without_text_are_told_what_is_needed()
    {
        var rows = LeaningModel.Rows(1).Rows;
        var bare = new SliceInput(rows.Labels, rows.Predictions, rows.Representations, rows.ClassNames);

        var error = await Assert.ThrowsAsync<ArgumentException>(() => LeaningModel.Find(new LadderInput(bare)));
        var alsoPool = await Assert.ThrowsAsync<ArgumentException>(() => LeaningModel.Find(new LadderInput(bare) { Sentences = ["a tube"] }));

        Assert.All([error, alsoPool], e => Assert.Matches("a text for each row .*caption.* or a pool of sentences together with an embedding of each row", e.Message));
    }

    [Fact]
    public async Task A_pool_of_sentences_with_image_embeddings_needs_no_text_of_the_rows()
    {
        var input = LeaningModel.Rows(5);
        string[] pool = [.. input.Rows.Texts!.SelectMany(text => text.Split(", ")).Distinct()];
        var embedding = new TfIdfEmbedding(pool);
        var bare = new SliceInput(input.Rows.Labels, input.Rows.Predictions, input.Rows.Representations, input.Rows.ClassNames);

        var report = await LeaningModel.Find(
            new LadderInput(bare) { Sentences = pool, SharedEmbeddings = embedding.Embed(input.Rows.Texts!) }, new LadderOptions { Embedding = embedding, Percentile = 50, TopSentences = 3 });

        Assert.All(report.Hypotheses, test => Assert.Null(test.Hypothesis.Direct));
        Assert.Contains(report.Slices, slice => slice.Slice.Description.Contains("tube", StringComparison.Ordinal));
        var narrow = await Assert.ThrowsAsync<ArgumentException>(() => LeaningModel.Find(new LadderInput(bare) { Sentences = pool, SharedEmbeddings = new double[600] }));
        Assert.Contains("The rows' embeddings hold 600 values", narrow.Message);
    }

    [Fact]
    public async Task No_errors_or_too_few_are_a_reason_and_not_a_failure()
    {
        var rows = LeaningModel.Rows(1).Rows;
        var perfect = new LadderInput(new SliceInput(rows.Labels, rows.Labels, rows.Representations, rows.ClassNames, rows.Texts));
        int[] few = rows.Labels.ToArray();
        few[0] = 1 - few[0];

        var none = await LeaningModel.Find(perfect);
        var rare = await LeaningModel.Find(new LadderInput(new SliceInput(rows.Labels, few, rows.Representations, rows.ClassNames, rows.Texts)));

        Assert.Equal("there are no errors", none.Reason);
        Assert.Empty(none.Slices);
        Assert.Equal("no class has 10 right and 10 wrong rows", rare.Reason);
        Assert.All(rare.Classes, finding => Assert.Contains("at least 10 of each are needed", finding.Skipped));
    }

    [Fact]
    public async Task A_class_of_few_errors_is_skipped_and_said()
    {
        var rows = LeaningModel.Rows(1).Rows;
        int[] predictions = [.. rows.Predictions.ToArray().Select((p, i) => rows.Labels.Span[i] == 0 ? 0 : p)];

        var report = await LeaningModel.Find(new LadderInput(new SliceInput(rows.Labels, predictions, rows.Representations, rows.ClassNames, rows.Texts)));

        Assert.Contains("0 wrong rows", report.Classes[0].Skipped);
        Assert.Null(report.Classes[1].Skipped);
        Assert.All(report.Hypotheses, test => Assert.Equal(1, test.Class));
    }

    [Fact]
    public async Task Representations_without_language_and_constant_columns_are_warned_of()
    {
        var input = LeaningModel.Rows(1);
        var random = RandomStream.For(1, "no language");
        double[] noise = [.. Enumerable.Range(0, 600 * 3).Select(i => i % 3 == 0 ? 7 : random.NextGaussian())];

        var report = await LeaningModel.Find(new LadderInput(new SliceInput(input.Rows.Labels, input.Rows.Predictions, noise, input.Rows.ClassNames, input.Rows.Texts)));

        Assert.Contains(report.Warnings, warning => warning.StartsWith("Language explains little", StringComparison.Ordinal));
        Assert.All(report.Hypotheses, test => Assert.True(double.IsFinite(test.Threshold)));
    }

    [Fact]
    public async Task Columns_of_a_table_can_be_the_words()
    {
        var input = LeaningModel.Rows(6);
        float[] features = [.. Enumerable.Range(0, 600).SelectMany(i => new[] { input.Rows.Texts![i].Contains("tube", StringComparison.Ordinal) ? 1f : 0, (float)input.Rows.Representations.Span[6 * i + 5] })];
        var table = new Dataset(features, 600, [FeatureColumn.Categorical("tube; kind", ["none", "it's in"]), FeatureColumn.Numeric("noise")]);
        var rows = new SliceInput(input.Rows.Labels, input.Rows.Predictions, input.Rows.Representations, input.Rows.ClassNames, TableTexts.Of(table));

        var report = await LeaningModel.Find(new LadderInput(rows) { Kind = TextKind.Phrases });

        Assert.Contains(report.Slices, slice => slice.Slice.Description is "'sick' without \"tube, kind = 'it''s in'\"" or "'sick' with \"tube, kind = 'none'\"");
        Assert.Equal(4, rows.Texts!.Select(text => text.Split("; ")[1]).Distinct().Count());
    }

    [Fact]
    public async Task A_failing_embedding_model_is_replaced_by_words_and_said()
    {
        var report = await LeaningModel.Find(LeaningModel.Rows(1), new LadderOptions { Embedding = new GeneratedEmbedding(new BrokenGenerator()), Percentile = 50 });

        Assert.Contains(report.Warnings, warning => warning.Contains("The embedding model failed (no such model)", StringComparison.Ordinal));
        Assert.NotEmpty(report.Slices);
    }

    [Fact]
    public async Task An_embedding_model_may_take_the_place_of_words()
    {
        var report = await LeaningModel.Find(LeaningModel.Rows(1), new LadderOptions { Embedding = new GeneratedEmbedding(new WordBuckets()), Percentile = 50 });

        Assert.Empty(report.Warnings);
        Assert.Equal(26, report.Classes[1].Difference!.Delta.Length);
        Assert.Contains(report.Hypotheses, test => test.Hypothesis.Attribute.Contains("tube", StringComparison.Ordinal) && test.Hypothesis.End == HypothesisEnd.High);
    }

    [Fact]
    public async Task Embeddings_of_other_lengths_or_no_numbers_are_refused()
    {
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await new GeneratedEmbedding(new WordBuckets(sentence => sentence.Length)).EmbedAsync(["a", "bc"]));
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await new GeneratedEmbedding(new WordBuckets(scale: float.NaN)).EmbedAsync(["a"]));
    }

    [Fact]
    public async Task Cancellation_stops_it() =>
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => LeaningModel.Find(LeaningModel.Rows(1), cancellation: new CancellationToken(true)));

    [Property(MaxTest = 60)]
    public bool Swapping_right_and_wrong_turns_the_difference(int seed)
    {
        var random = RandomStream.For(seed, "difference");
        int[] labels = [.. Enumerable.Range(0, 40).Select(i => i % 2)], predictions = [.. labels.Select((y, i) => i < 4 ? y : i < 8 ? 1 - y : random.Next(2))];
        double[] mapped = [.. Enumerable.Range(0, 120).Select(_ => random.NextGaussian())];
        var there = LanguageDifference.Of(mapped, labels, predictions, 0)!;
        var back = LanguageDifference.Of(mapped, labels, [.. predictions.Select(p => 1 - p)], 0)!;
        return there.Delta.Zip(back.Delta).All(pair => Math.Abs(pair.First + pair.Second) < 1e-12) && there.Right == back.Wrong;
    }

    [Property(MaxTest = 60)]
    public bool The_aligner_does_not_see_scale_or_shift_of_a_column(int seed)
    {
        var random = RandomStream.For(seed, "aligner");
        double[] x = [.. Enumerable.Range(0, 60).Select(_ => random.NextGaussian())], y = [.. Enumerable.Range(0, 40).Select(_ => random.NextGaussian())];
        double[] moved = [.. x.Select((value, i) => i % 3 == 0 ? 100 * value - 7 : value)];
        var (one, other) = (LanguageAligner.Fit(x, 3, y, 2, 1).Map(x), LanguageAligner.Fit(moved, 3, y, 2, 1).Map(moved));
        return one.Zip(other).All(pair => Math.Abs(pair.First - pair.Second) < 1e-9);
    }

    [Property(MaxTest = 100)]
    public bool Adjusted_p_values_keep_order_and_are_no_smaller(double[] values)
    {
        double[] p = [.. values.Select(value => double.IsFinite(value) ? Math.Abs(Math.Sin(value)) : 1)];
        var adjusted = TwoSidedTest.BenjaminiHochberg(p);
        return p.Zip(adjusted).All(pair => pair.Second >= pair.First - 1e-15 && pair.Second <= 1)
            && Enumerable.Range(0, p.Length).All(i => Enumerable.Range(0, p.Length).All(j => p[i] > p[j] || adjusted[i] <= adjusted[j] + 1e-15));
    }

    [Fact]
    public void A_side_without_rows_is_not_testable()
    {
        double[] mapped = [.. Enumerable.Range(0, 40).Select(i => i < 20 ? 1.0 + i : -1.0 - i)];
        int[] labels = [.. Enumerable.Range(0, 40).Select(i => i < 20 ? 1 : 0)];

        var test = HypothesisTest.Run(mapped, labels, labels, 0, new SliceHypothesis("a", HypothesisEnd.High, []), [1], 75);

        Assert.Null(test.PValue);
        Assert.Equal((0, 20), (test.Present.Count, test.Absent.Count));
        Assert.False(HypothesisTest.Confirm([test])[0].IsConfirmed);
    }

    [Theory]
    [InlineData("One. Two! Three? 3.5 mm\nFive", 5)]
    [InlineData("  ", 0)]
    [InlineData("no end", 1)]
    public void Sentences_end_where_people_end_them(string text, int count) => Assert.Equal(count, Words.Sentences(text).Count());

    [Fact]
    public void Phrases_neither_begin_nor_end_with_function_words_nor_name_a_class()
    {
        string[] texts = ["a tube is in the chest of sick people", "a line is in place", "nothing"];

        var phrases = PhraseIndex.Of(texts, TextKind.Prose, ["sick"]).Phrases.Select(phrase => phrase.Phrase).ToArray();

        Assert.Contains("tube", phrases);
        Assert.DoesNotContain(phrases, phrase => phrase.Contains("sick", StringComparison.Ordinal) || phrase.StartsWith("a ", StringComparison.Ordinal) || phrase.EndsWith(" is", StringComparison.Ordinal));
    }

    [Fact]
    public void Terms_are_weighted_as_documented()
    {
        var embedding = new TfIdfEmbedding(["ab ab cd", "cd x"]);

        var row = embedding.Embed(["ab ab cd", "x"]);

        var (ab, cd) = (2 * (Math.Log(3.0 / 2) + 1), Math.Log(3.0 / 3) + 1);
        Assert.Equal(2, embedding.Width);
        Assert.Equal(ab / Math.Sqrt(ab * ab + cd * cd), row[0], 12);
        Assert.Equal(0, row[2] + row[3]);
        Assert.Throws<ArgumentException>(() => new TfIdfEmbedding(["x", ""]));
    }

    /// <summary>Words counted in buckets, of length 1.</summary>
    private sealed class WordBuckets(Func<string, int>? width = null, float scale = 1) : IEmbeddingGenerator<string, Embedding<float>>
    {
        public Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(IEnumerable<string> values, EmbeddingGenerationOptions? options = null, CancellationToken cancellationToken = default) =>
            Task.FromResult(new GeneratedEmbeddings<Embedding<float>>(values.Select(value =>
            {
                var counts = new float[width?.Invoke(value) ?? 26];
                foreach (var word in Words.Of(value))
                    counts[word.Sum(letter => letter) % counts.Length] += 1;
                var length = MathF.Sqrt(counts.Sum(count => count * count));
                return new Embedding<float>(Array.ConvertAll(counts, count => scale * count / length));
            })));

        public object? GetService(Type serviceType, object? serviceKey = null) => null;

        public void Dispose()
        {
        }
    }

    private sealed class BrokenGenerator : IEmbeddingGenerator<string, Embedding<float>>
    {
        public Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(IEnumerable<string> values, EmbeddingGenerationOptions? options = null, CancellationToken cancellationToken = default) =>
            throw new HttpRequestException("no such model");

        public object? GetService(Type serviceType, object? serviceKey = null) => null;

        public void Dispose()
        {
        }
    }
}
