using Ballast.Core;
using Ballast.Data.Images;
using Ballast.Learning.Networks;
using Ballast.Learning.Objectives;
using Ballast.Learning.Objectives.CompSum;
using Ballast.Learning.Training;
using Ballast.Learning.Training.Optimization;

namespace Ballast.Reproductions.CompSum;

/// <summary>Part A: a perceptron 784-256-10 on 6,000 images for each tau, with and without symmetric label noise.</summary>
internal static class NoisyLabels
{
    public const double Clean = 0, Noisy = 0.4;

    private const int Rows = 6000;
    private const int Hidden = 256;

    public static IReadOnlyList<double> Taus { get; } = [0, 1, 1.7, 2];

    public static IReadOnlyList<NoisyRun> Run(FashionMnist fashion, int firstSeed, int seeds, CancellationToken cancellation)
    {
        var (all, test) = (FlatSamples.Of(fashion.ReadTrain(cancellation)), FlatSamples.Of(fashion.ReadTest(cancellation)));
        var plans = (from seed in Enumerable.Range(firstSeed, seeds) from noise in new[] { Clean, Noisy } from tau in Taus select (seed, noise, tau)).ToArray();
        var samples = plans.Select(plan => (plan.seed, plan.noise)).Distinct().ToDictionary(key => key, key => Drawn(all, key.seed, key.noise));
        var runs = new NoisyRun[plans.Length];
        Parallel.For(0, plans.Length, new ParallelOptions { CancellationToken = cancellation, MaxDegreeOfParallelism = Environment.ProcessorCount }, i =>
        {
            var (seed, noise, tau) = plans[i];
            runs[i] = new NoisyRun(seed, noise, tau, Accuracy(samples[(seed, noise)], test, tau, seed, cancellation));
        });
        return runs;
    }

    private static double Accuracy(Dataset train, Dataset test, double tau, int seed, CancellationToken cancellation)
    {
        var options = new CompSumOptions { Tau = tau };
        using var network = new Mlp(train.Width, [Hidden], train.ClassCount, seed);
        var trainer = new Trainer(new TrainerOptions
        {
            Epochs = 30,
            BatchSize = 100,
            Optimizer = new AdamOptions { LearningRate = 1e-3 },
            ClipNorm = options.GradientNorm,
            Seed = seed,
        });
        trainer.Train(network, new SupervisedObjective(options.Create()), train, cancellation: cancellation);
        var (predicted, labels) = (Inference.Classes(network, test, cancellation: cancellation), test.Labels.ToArray());
        return predicted.Zip(labels).Count(pair => pair.First == pair.Second) / (double)labels.Length;
    }

    // With noise a row gets a label uniform over all classes, its own included.
    private static Dataset Drawn(Dataset all, int seed, double noise)
    {
        var drawn = all.Select(RandomStream.For(seed, "comp-sum rows").SampleWithoutReplacement(all.Count, Rows));
        var random = RandomStream.For(seed, "comp-sum noise");
        return noise == 0 ? drawn : drawn.WithLabels(Array.ConvertAll(drawn.Labels.ToArray(), label => random.NextDouble() < noise ? random.Next(drawn.ClassCount) : label));
    }
}
