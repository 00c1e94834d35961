using Ballast.Evaluation.Metrics;
using Ballast.Learning.LongTail;
using Ballast.Learning.Networks;
using Ballast.Learning.Training;
using Ballast.Tests.Learning.Training;

namespace Ballast.Tests.Learning.LongTail;

public sealed class LongTailComparisonTests
{
    private static readonly LongTailComparisonOptions Options = new()
    {
        Network = seed => new Mlp(6, [8], 3, seed),
        Train = TrainingSamples.Blobs(200, 40, 6),
        Test = TrainingSamples.Blobs(1, [30, 30, 30]),
        Validation = TrainingSamples.Blobs(2, [15, 15, 15]),
        Groups = ShotGroups.Thirds([200, 40, 6]),
        Trainer = new TrainerOptions { Epochs = 2, BatchSize = 32 },
        Seeds = [4, 5],
    };

    private static readonly LongTailCandidate[] Candidates = [.. new[] { "ce", "balanced-softmax@sqrt", "ce+posthoc", "ce+tau-norm", "ce+crt:epochs=2" }.Select(LongTailCandidate.Parse)];

    [Fact]
    public void The_number_of_threads_does_not_change_the_result()
    {
        var (one, two) = (Run(Options), Run(Options with { Parallelism = 2 }));

        for (var c = 0; c < Candidates.Length; c++)
            for (var s = 0; s < 2; s++)
                Assert.Equal(one[c].Runs[s].Decisions, two[c].Runs[s].Decisions);
    }

    [Fact]
    public void Figures_carry_intervals_over_seeds_and_gains_are_paired()
    {
        var results = Run(Options);

        var (baseline, adjusted) = (results[0], results[2]);
        Assert.Equal(2, adjusted.BalancedAccuracy.Count);
        Assert.Equal(adjusted[Shot.Few]!.Value.Value - baseline[Shot.Few]!.Value.Value, adjusted.GainOver(baseline, Shot.Few).Value, 1e-12);
        Assert.All(results, result => Assert.NotNull(result.ValidationAccuracy));
        Assert.NotNull(results[3].Runs[0].Tau);
        Assert.NotNull(results[3].Runs[0].Note);
    }

    [Fact]
    public void A_single_seed_gets_intervals_over_rows()
    {
        var result = Run(Options with { Seeds = [4] })[0];

        Assert.True(double.IsFinite(result.BalancedAccuracy.Interval.Width));
        Assert.Equal(30, result.Recall(0).Count);
        Assert.NotNull(result[Shot.Many]);
    }

    [Fact]
    public void A_candidate_alone_is_the_candidate_among_others() =>
        Assert.Equal(Run(Options)[4].Runs[1].Decisions, LongTailComparison.Run([Candidates[4]], Options, cancellation: TestContext.Current.CancellationToken)[0].Runs[1].Decisions);

    [Fact]
    public void Bad_requests_are_refused_before_any_training()
    {
        Assert.Throws<ArgumentException>(() => LongTailComparison.Run([], Options));
        Assert.Throws<ArgumentException>(() => LongTailComparison.Run([new("ce", Method: "tau-norm")], Options with { Validation = null }));
        Assert.Throws<ArgumentException>(() => LongTailComparison.Run([new("sea")], Options));
        Assert.Throws<ArgumentException>(() => LongTailComparison.Run(Candidates, Options with { Seeds = [1, 1] }));
        Assert.Throws<ArgumentException>(() => LongTailComparison.Run(Candidates, Options with { Groups = ShotGroups.Thirds([1, 2]) }));
        Assert.ThrowsAny<OperationCanceledException>(() => LongTailComparison.Run(Candidates, Options, cancellation: new CancellationToken(true)));
    }

    [Theory]
    [InlineData("ce", "ce", "instance", null)]
    [InlineData("focal:gamma=2@sqrt", "focal:gamma=2", "sqrt", null)]
    [InlineData("ce + crt:epochs=5,rate=0.01", "ce", "instance", "crt:epochs=5,rate=0.01")]
    [InlineData("ldam-drw@effective:beta=0.99+ncm", "ldam-drw", "effective:beta=0.99", "ncm")]
    public void Candidates_are_read_from_text(string text, string loss, string sampler, string? method) =>
        Assert.Equal(new LongTailCandidate(loss, sampler, method), LongTailCandidate.Parse(text));

    [Theory]
    [InlineData("focl", "did you mean 'focal'?")]
    [InlineData("focal:gama=2", "did you mean 'gamma'?")]
    [InlineData("focal:gamma", "needs a number")]
    [InlineData("focal:gamma=x", "needs a number")]
    [InlineData("ce:gamma=1", "has no options")]
    [InlineData("ce@often", "There is no sampler 'often'")]
    [InlineData("ce+crt:epochs=1.5", "whole number")]
    [InlineData("ce+tau-norm:tau=-1", "at least 0")]
    public void A_text_that_names_nothing_known_says_what_there_is(string text, string part) =>
        Assert.Contains(part, Assert.ThrowsAny<ArgumentException>(() => LongTailCandidate.Parse(text)).Message, StringComparison.Ordinal);

    private static IReadOnlyList<CandidateResult> Run(LongTailComparisonOptions options) =>
        LongTailComparison.Run(Candidates, options, cancellation: TestContext.Current.CancellationToken);
}
