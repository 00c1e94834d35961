using Ballast.Core;
using Ballast.Generalization.Collapse;
using Ballast.Learning.Networks;
using Ballast.Learning.Objectives;
using Ballast.Learning.Training;
using Ballast.Learning.Training.Optimization;
using MathNet.Numerics.Statistics;

namespace Ballast.Reproductions.Collapse;

/// <summary>A perceptron 196-256-128-10 on long-tailed Fashion-MNIST until 100 epochs after its train accuracy first reaches 99%, at most 250.</summary>
internal sealed record LastLayerRun(double WeightDecay, bool ReachedFit, LastLayerPoint AtFit, LastLayerPoint AtEnd, IReadOnlyList<LastLayerPoint> Trajectory)
{
    private const int MostEpochs = 250;
    private const int EpochsAfterFit = 100;
    private const double Fit = 0.99;

    public static LastLayerRun Of(Dataset data, double weightDecay, int seed, CancellationToken cancellation)
    {
        var logCounts = Array.ConvertAll(data.ClassCounts(), count => Math.Log(count));
        var points = new List<LastLayerPoint>();
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var objective = new CollapseObjective(new SupervisedObjective(new CrossEntropyLoss()), CollapseTarget.Etf, measured: epoch =>
        {
            points.Add(new LastLayerPoint(epoch.Epoch + 1, epoch.Accuracy, epoch.Report.Nc1 ?? double.NaN, Correlation.Pearson(epoch.Report.ClassifierNorm, logCounts)));
            if (points.Find(point => point.Accuracy >= Fit) is { } first && points[^1].Epoch >= first.Epoch + EpochsAfterFit)
                enough.Cancel();
        });
        using var network = new Mlp(data.Width, [256, 128], data.ClassCount, seed);
        var trainer = new Trainer(new TrainerOptions
        {
            Epochs = MostEpochs,
            BatchSize = 128,
            Optimizer = new SgdOptions { LearningRate = 0.05, Momentum = 0.9, WeightDecay = weightDecay },
            Seed = seed,
        });
        try
        {
            trainer.Train(network, objective, data, cancellation: enough.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            // The run has seen its 100 epochs.
        }
        var fit = points.Find(point => point.Accuracy >= Fit);
        var shown = points.Where(point => point.Epoch == 1 || point.Epoch % 25 == 0 || point == fit || point == points[^1]).ToArray();
        return new LastLayerRun(weightDecay, fit is not null, fit ?? points[^1], points[^1], shown);
    }
}
