using Ballast.Data.LabelErrors;
using Ballast.Numerics.Intervals;

namespace Ballast.Tests.Data.LabelErrors;

public sealed class BenchmarkStabilityTests
{
    // 100 benign rows of class 0, then 20 correctable rows given 0 and truly 1, then 5 unknown ones.
    private static readonly int[] Given = new int[125];
    private static readonly int[] Corrected = [.. Enumerable.Range(0, 125).Select(i => i is >= 100 and < 120 ? 1 : 0)];
    private static readonly RowVerdict[] Verdicts =
        [.. Enumerable.Range(0, 125).Select(i => i < 100 ? RowVerdict.Benign : i < 120 ? RowVerdict.Correctable : RowVerdict.Unknown)];

    // Right on 90 benign rows and 5 correctable ones; right on 80 and 15.
    private static readonly ModelPredictions Memoriser = new("memoriser", Model(90, 5));
    private static readonly ModelPredictions Plain = new("plain", Model(80, 15));

    private static int[] Model(int benign, int correctable) =>
        [.. Enumerable.Range(0, 125).Select(i => i < 100 ? (i < benign ? 0 : 2) : i < 120 ? (i - 100 < correctable ? 1 : 0) : 0)];

    [Fact]
    public void Accuracies_and_the_flip_are_as_by_hand()
    {
        var report = BenchmarkStability.Analyse([Memoriser, Plain], Given, Corrected, Verdicts);

        Assert.Equal((100, 20, 5), (report.Benign, report.Correctable, report.Unknown));
        Assert.Equal((90 + 15 + 5) / 125.0, report.Models[0].OriginalAccuracy, 12);
        Assert.Equal((90 + 5) / 120.0, report.Models[0].CorrectedAccuracy, 12);
        Assert.Equal(report.Models[0].CorrectedAccuracy, report.Models[0].CorrectedAt(report.NoisePrevalence), 12);
        var flip = Assert.Single(report.Flips);
        Assert.Equal((0, 1), (flip.First, flip.Second));
        Assert.Equal(0.1 / (0.1 + 0.5), flip.Prevalence, 12);
        Assert.Equal(flip.Prevalence - 20 / 120.0, flip.Margin, 12);
        Assert.True(flip.Interval.Contains(flip.Prevalence));
        Assert.Equal(report.Models[0].CorrectedAt(flip.Prevalence), report.Models[1].CorrectedAt(flip.Prevalence), 12);
    }

    [Fact]
    public void Rank_tables_show_the_order_turning()
    {
        var report = BenchmarkStability.Analyse([Memoriser, Plain], Given, Corrected, Verdicts, prevalences: [0, 0.5]);

        Assert.Equal(report.NoisePrevalence, report.Tables[0].Prevalence);
        Assert.Equal([1, 2], report.Tables[1].CorrectedRanks);
        Assert.Equal(1, report.Tables[1].KendallTau);
        Assert.Equal([1, 2], report.Tables[2].OriginalRanks);
        Assert.Equal([2, 1], report.Tables[2].CorrectedRanks);
        Assert.Equal(-1, report.Tables[2].KendallTau);
    }

    [Fact]
    public void Same_seed_same_interval_on_any_number_of_threads()
    {
        BenchmarkFlip Flip(int threads, long seed) => BenchmarkStability.Analyse(
            [Memoriser, Plain], Given, Corrected, Verdicts, bootstrap: new BootstrapOptions { MaxThreads = threads, Seed = seed, Draws = 200 }).Flips[0];

        Assert.Equal(Flip(1, 7), Flip(2, 7));
        Assert.NotEqual(Flip(1, 7).Interval, Flip(1, 8).Interval);
    }

    [Fact]
    public void Draws_without_a_flip_are_counted()
    {
        // One row apart on benign rows: many draws put the second level or ahead.
        var report = BenchmarkStability.Analyse([Memoriser, new("close", Model(89, 15))], Given, Corrected, Verdicts);

        Assert.InRange(report.Flips[0].DrawsWithoutFlip, 200, 800);
        Assert.Equal(1000, report.Draws);
    }

    [Fact]
    public void A_model_that_is_better_everywhere_never_flips()
    {
        Assert.Empty(BenchmarkStability.Analyse([new("best", Model(95, 18)), Plain], Given, Corrected, Verdicts).Flips);
    }

    [Fact]
    public void Input_that_does_not_fit_is_refused()
    {
        Assert.ThrowsAny<ArgumentException>(() => BenchmarkStability.Analyse([], Given, Corrected, Verdicts));
        Assert.ThrowsAny<ArgumentException>(() => BenchmarkStability.Analyse([new("short", new int[3])], Given, Corrected, Verdicts));
        Assert.ThrowsAny<ArgumentException>(() => BenchmarkStability.Analyse([Plain], Given, Given, Verdicts));
        Assert.ThrowsAny<ArgumentException>(() => BenchmarkStability.Analyse([Plain], Given, Corrected, new RowVerdict[125]));
        Assert.ThrowsAny<ArgumentException>(() => BenchmarkStability.Analyse([Plain], Given, Corrected, Verdicts, prevalences: [1.5]));
    }
}
