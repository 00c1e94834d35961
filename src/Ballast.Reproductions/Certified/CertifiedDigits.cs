using Ballast.Learning.Networks;
using Ballast.Learning.Training;
using Ballast.Learning.Training.Optimization;
using Ballast.Learning.Training.Schedules;
using Ballast.Robustness.Bounds;
using Ballast.Robustness.Certified;
using static TorchSharp.torch;

namespace Ballast.Reproductions.Certified;

/// <summary>A perceptron 64-100×5-10 trained on digits for certificates at 0.1, thirty epochs of which eight are the ramp.</summary>
internal static class CertifiedDigits
{
    public const double Epsilon = 0.1;

    public static IReadOnlyList<CertifiedRun> Run(Digits digits, int firstSeed, int seeds, CancellationToken cancellation)
    {
        var plans = (from arm in CertifiedArm.All from seed in Enumerable.Range(firstSeed, seeds) select (arm, seed)).ToArray();
        var runs = new CertifiedRun[plans.Length];
        var options = new ParallelOptions { CancellationToken = cancellation, MaxDegreeOfParallelism = Environment.ProcessorCount };
        Parallel.ForEach(System.Collections.Concurrent.Partitioner.Create(Enumerable.Range(0, plans.Length), System.Collections.Concurrent.EnumerablePartitionerOptions.NoBuffering), options,
            i => runs[i] = Trained(digits, plans[i].arm, plans[i].seed, cancellation));
        return runs;
    }

    private static CertifiedRun Trained(Digits digits, CertifiedArm arm, int seed, CancellationToken cancellation)
    {
        using var scope = NewDisposeScope();
        using var network = new Mlp(new MlpConfiguration(64, [100, 100, 100, 100, 100], 10) { BatchNorm = arm.BatchNorm }, seed);
        if (arm.Initialization)
            IbpInitializer.Apply(network, seed);
        var objective = new CertifiedObjective(new CertifiedTrainingOptions
        {
            Epsilon = Epsilon,
            Schedule = EpsilonSchedule.Smoothed(2, 8),
            Regularizers = arm.Regularizers ? new CertifiedRegularizers() : null,
        });
        new Trainer(new TrainerOptions
        {
            Epochs = 30,
            BatchSize = 64,
            Optimizer = new AdamOptions { LearningRate = 2e-3 },
            Schedule = new MultiStepRate([22, 27], 0.2),
            ClipNorm = 10,
            Seed = seed,
        }).Train(network, objective, digits.Train, cancellation: cancellation);
        using var bounded = BoundedNetwork.From(network.ToGraph());
        var report = new Certifier(bounded, new CertificationOptions { Method = BoundMethod.Ibp, Threads = 1 }).Run(digits.Test, Learning.Adversarial.ThreatModel.Pixels(Epsilon), cancellation: cancellation);
        var x = tensor(digits.Test.Features.ToArray()).reshape(digits.Test.Count, digits.Test.Width);
        var states = ReluStates.Of(network, InputBox.Around(x, Epsilon));
        return new CertifiedRun(arm, seed, 1 - report.Clean.Value, 1 - report.Certified.Value, states.Average(layer => layer.Inactive));
    }
}
