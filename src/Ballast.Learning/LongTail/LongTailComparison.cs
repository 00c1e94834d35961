using Ballast.Core;
using Ballast.Evaluation.Metrics;
using Ballast.Learning.Networks;
using Ballast.Learning.Objectives;
using Ballast.Learning.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace Ballast.Learning.LongTail;

/// <summary>Trains several candidates on the same rows with the same seeds and judges them on the same test rows.</summary>
/// <remarks>Candidates that differ in the last layer's method alone share their trained network.</remarks>
public static class LongTailComparison
{
    /// <summary>Runs all candidates.</summary>
    /// <param name="candidates">The first is the usual baseline; at least one.</param>
    /// <param name="options">What they share.</param>
    /// <param name="progress">Told of every training that ends.</param>
    /// <param name="cancellation">Stops the work.</param>
    /// <returns>One result a candidate, in order.</returns>
    /// <exception cref="ArgumentException">A candidate names nothing known or needs what is not given, or the data do not fit.</exception>
    public static IReadOnlyList<CandidateResult> Run(
        IReadOnlyList<LongTailCandidate> candidates, LongTailComparisonOptions options, IProgress<ProgressUpdate>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(candidates);
        ArgumentNullException.ThrowIfNull(options);
        Check(candidates, options);
        var trainings = candidates.Index().GroupBy(item => (item.Item.Loss, item.Item.Sampler))
            .SelectMany(group => Enumerable.Range(0, options.Seeds.Count).Select(s => (Candidates: group.ToArray(), SeedIndex: s))).ToArray();
        var runs = candidates.Select(_ => new CandidateRun[options.Seeds.Count]).ToArray();
        var done = 0;
        try
        {
            Parallel.ForEach(trainings, new ParallelOptions { MaxDegreeOfParallelism = options.Parallelism, CancellationToken = cancellation }, training =>
            {
                using var threads = TorchThreads.Use(options.Trainer.Threads);
                foreach (var (index, run) in RunOne(training.Candidates, options, options.Seeds[training.SeedIndex], cancellation))
                    runs[index][training.SeedIndex] = run;
                var share = (double)Interlocked.Increment(ref done) / trainings.Length;
                progress?.Report(new ProgressUpdate($"{training.Candidates[0].Item.Loss}, seed {options.Seeds[training.SeedIndex]}", share));
            });
        }
        catch (AggregateException many) when (many.InnerExceptions.Count > 0)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(many.InnerExceptions[0]);
        }
        return [.. candidates.Select((candidate, c) => new CandidateResult(candidate, runs[c], options.Groups, options.Test.Labels.Span))];
    }

    private static List<(int Index, CandidateRun Run)> RunOne(
        (int Index, LongTailCandidate Item)[] candidates, LongTailComparisonOptions options, int seed, CancellationToken cancellation)
    {
        using var scope = NewDisposeScope();
        using var network = options.Network(seed);
        var loss = LongTailLosses.Known.Parse(candidates[0].Item.Loss)(options.Train.ClassCounts());
        var trainer = new Trainer(options.Trainer with
        {
            Seed = seed,
            Sampler = LongTailSamplers.Known.Parse(candidates[0].Item.Sampler),
            ClipNorm = options.Trainer.ClipNorm ?? loss.ClipNorm,
        });
        trainer.Train(network, new SupervisedObjective(loss), options.Train, cancellation: cancellation);

        network.to(CPU);
        var test = HeadTraining.FeaturesOf(network, options.Test, cancellation);
        var training = HeadTraining.Of(network, options.Train, options.Validation, seed, cancellation);
        var finished = new List<(int, CandidateRun)>();
        foreach (var (index, candidate) in candidates)
        {
            cancellation.ThrowIfCancellationRequested();
            var fitted = candidate.Method is null ? new FittedHead(null) : LongTailMethods.Known.Parse(candidate.Method).Fit(training, cancellation);
            using var made = fitted.Head;
            var decisions = Decide(network, made, test);
            var validation = training.Validation is { } rows ? MulticlassMetrics.From(rows.Labels.Span, Decide(network, made, rows), rows.ClassCount) : null;
            finished.Add((index, new CandidateRun(
                seed, decisions, MulticlassMetrics.From(test.Labels.Span, decisions, test.ClassCount), validation, fitted.Note, fitted.Tau)));
        }
        return finished;
    }

    private static int[] Decide(Network network, nn.Module<Tensor, Tensor>? head, Dataset features)
    {
        using var scope = NewDisposeScope();
        using var gradients = no_grad();
        var rows = HeadTraining.Rows(features);
        return Array.ConvertAll((head?.call(rows) ?? network.Outputs(rows)).argmax(1).data<long>().ToArray(), k => (int)k);
    }

    private static void Check(IReadOnlyList<LongTailCandidate> candidates, LongTailComparisonOptions options)
    {
        if (candidates.Count == 0)
            throw new ArgumentException("There are no candidates.", nameof(candidates));
        if (options.Seeds.Count == 0 || options.Seeds.Distinct().Count() < options.Seeds.Count)
            throw new ArgumentException("There must be at least one seed and none twice.", nameof(options));
        Guard.SameLength(options.Train.ClassCount, options.Groups.Count, "the training data's classes", "the groups");
        foreach (var data in new[] { options.Train, options.Test, options.Validation })
            if (data is not null && (data.Count == 0 || data.Labels.Length != data.Count || data.ClassCount != options.Train.ClassCount))
                throw new ArgumentException("Training, test and validation data need labels of the same classes.", nameof(options));
        foreach (var candidate in candidates)
        {
            candidate.Check();
            LongTailLosses.Known.Parse(candidate.Loss)(options.Train.ClassCounts());
            if (options.Validation is null && candidate.Method is { } method && LongTailMethods.Known.Parse(method).NeedsValidation)
                throw new ArgumentException($"'{candidate.Name}' needs validation rows.", nameof(candidates));
        }
    }
}
