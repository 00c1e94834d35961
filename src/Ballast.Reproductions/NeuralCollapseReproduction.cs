using Ballast.Core;
using Ballast.Data.Images;
using Ballast.Learning.Training;
using Ballast.Reproductions.Collapse;

namespace Ballast.Reproductions;

/// <summary>Neural collapse in deep linear networks (Dang et al. 2023): trained model problems against the predicted geometry, and a real network's last layer.</summary>
public sealed class NeuralCollapseReproduction : IReproduction
{
    private const int ManySeeds = 24;

    /// <inheritdoc/>
    public string Slug => "neural-collapse";

    /// <inheritdoc/>
    public IReadOnlyList<ClaimResult> Run(ReproductionContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        using var oneThread = TorchThreads.Use(1);
        return [.. ModelProblems(context), .. RealNetwork(context)];
    }

    private static IEnumerable<ClaimResult> ModelProblems(ReproductionContext context)
    {
        context.Progress?.Report(new ProgressUpdate("neural-collapse, model problems", 0));
        var results = new List<FrameRun>[FrameCase.All.Count];
        Parallel.For(0, results.Length, new ParallelOptions { CancellationToken = context.Cancellation }, i => results[i] = FrameCase.All[i].Run(context.Seed, seeds: 3, context.Cancellation));
        for (var i = 0; i < results.Length; i++)
        {
            var (problem, runs) = (FrameCase.All[i], results[i]);
            var judged = problem.AnySeed ? [runs.MinBy(run => run.LossGap)!] : runs;
            yield return new ClaimResult(
                $"Training {problem} ends in the predicted frame{(problem.AnySeed ? ", for some seed" : ", for every seed")}.", problem.Paper,
                $"{(judged.Count == 1 ? $"seed {judged[0].Seed}" : $"{judged.Count} seeds")}: loss {judged.Max(run => run.Loss):0.0000000000} (predicted {problem.Prediction.OptimalLoss:0.0000000000}), "
                + $"norms within {judged.Max(run => run.NormError):0.0e0}, off-diagonal {judged.Max(run => run.OffDiagonal):0.0e0}, NC1 {judged.Max(run => run.Nc1):0.0e0}, NC2H {judged.Max(run => run.Nc2H):0.0e0}",
                judged.All(run => run.Meets) ? ClaimOutcome.Holds : ClaimOutcome.DoesNotHold,
                $"Loss above the prediction by seed: {string.Join(", ", runs.Select(run => $"{run.Seed}{(run.Steps > 6000 ? $" ({run.Steps:#,0} steps)" : "")}: {run.LossGap:0.0e0}"))}.");
        }
        var deep = FrameCase.All[2];
        var gaps = new double[ManySeeds];
        Parallel.For(0, ManySeeds, new ParallelOptions { CancellationToken = context.Cancellation }, s => gaps[s] = deep.Run(context.Seed + s, seeds: 1, context.Cancellation)[0].LossGap);
        yield return new ClaimResult(
            $"Seeds that reach the global minimum in training {deep}.", "all of 3", $"{gaps.Count(gap => Math.Abs(gap) < 1e-8)} of {ManySeeds}", ClaimOutcome.Reported,
            $"The others end in a local minimum where one more class has collapsed ({gaps.Max():0.0000} above): deep linear heads lose classes by dynamics too.");
        var lowest = Math.Min(gaps.Min(), results.SelectMany(runs => runs).Min(run => run.LossGap));
        yield return new ClaimResult(
            "No run ends below the predicted global minimum.", "trained - predicted at least -1e-9", $"smallest difference {lowest:0.0e0} over {results.Sum(runs => runs.Count) + ManySeeds} runs",
            lowest >= -1e-9 ? ClaimOutcome.Holds : ClaimOutcome.DoesNotHold);
    }

    private static IEnumerable<ClaimResult> RealNetwork(ReproductionContext context)
    {
        const string claim = "Frequent classes own longer classifier rows: correlation of row norm and log n_k over classes is at least .8";
        if (FashionMnist.Find() is not { } fashion)
        {
            yield return new ClaimResult($"{claim}.", ".90 to .94", "-", ClaimOutcome.Skipped, FashionMnist.AbsentReason);
            yield break;
        }
        context.Progress?.Report(new ProgressUpdate("neural-collapse, long-tailed Fashion-MNIST", 0.2));
        var data = FlatSamples.Of(fashion.LongTail(cancellation: context.Cancellation).Train);
        double[] decays = [0, 5e-4];
        var runs = new LastLayerRun[decays.Length];
        Parallel.For(0, runs.Length, new ParallelOptions { CancellationToken = context.Cancellation }, i => runs[i] = LastLayerRun.Of(data, decays[i], context.Seed, context.Cancellation));
        foreach (var run in runs)
        {
            yield return new ClaimResult(
                $"{claim}, weight decay {run.WeightDecay:0.####}.", ".94 when train accuracy first reaches 99% (epoch 60-90), .90-.91 a hundred epochs later",
                $"{run.AtFit.Correlation:0.00} at epoch {run.AtFit.Epoch}, {run.AtEnd.Correlation:0.00} at epoch {run.AtEnd.Epoch}",
                run.AtFit.Correlation >= 0.8 && run.AtEnd.Correlation >= 0.8 ? ClaimOutcome.Holds : ClaimOutcome.DoesNotHold,
                run.ReachedFit ? null : "Train accuracy never reached 99%: the first figure is that of the last epoch.");
            yield return new ClaimResult(
                $"NC1 over training, weight decay {run.WeightDecay:0.####}.", run.WeightDecay == 0 ? "1.07 to 1.05 in the last 100 epochs" : "1.06 to .81 in the last 100 epochs",
                string.Join(", ", run.Trajectory.Select(point => $"{point.Nc1:0.00} (epoch {point.Epoch}, accuracy {point.Accuracy:0.000})")), ClaimOutcome.Reported,
                "A perceptron trained for minutes is far from collapse.");
        }
    }
}
