using System.Collections.Concurrent;
using Ballast.Learning.Adversarial;
using Ballast.Learning.Networks;
using Ballast.Learning.Objectives;
using Ballast.Learning.Training;
using Ballast.Learning.Training.Optimization;
using Ballast.Learning.Training.Schedules;
using Ballast.Robustness.Bounds;
using Ballast.Robustness.Certified;
using Ballast.Robustness.Tightness;
using static TorchSharp.torch;

namespace Ballast.Reproductions.Tightness;

/// <summary>A perceptron 64-w-w-w-10 on digits at a radius of 0.1, trained in several ways for 40 epochs.</summary>
internal static class TightnessDigits
{
    public const double Epsilon = 0.1;

    private const int Epochs = 40;

    public static IReadOnlyList<TightnessRun> Run(Digits digits, IReadOnlyList<(TightnessArm Arm, int Width, int Seed)> plans, CancellationToken cancellation)
    {
        var runs = new TightnessRun[plans.Count];
        var options = new ParallelOptions { CancellationToken = cancellation, MaxDegreeOfParallelism = Environment.ProcessorCount };
        Parallel.ForEach(Partitioner.Create(Enumerable.Range(0, plans.Count), EnumerablePartitionerOptions.NoBuffering), options, i => runs[i] = Trained(digits, plans[i].Arm, plans[i].Width, plans[i].Seed, cancellation));
        return runs;
    }

    private static TightnessRun Trained(Digits digits, TightnessArm arm, int width, int seed, CancellationToken cancellation)
    {
        using var scope = NewDisposeScope();
        using var network = new Mlp(64, [width, width, width], 10, seed);
        var epsilon = arm == TightnessArm.IbpQuarter ? Epsilon / 4 : Epsilon;
        if (arm != TightnessArm.Untrained)
            new Trainer(new TrainerOptions
            {
                Epochs = Epochs,
                BatchSize = 64,
                Optimizer = new AdamOptions { LearningRate = 2e-3 },
                Schedule = new MultiStepRate([30], 0.2),
                ClipNorm = 10,
                Seed = seed,
            }).Train(network, ObjectiveOf(arm, epsilon, seed), digits.Train, cancellation: cancellation);
        return Judged(digits, network, arm, width, seed, epsilon, cancellation);
    }

    private static Objective ObjectiveOf(TightnessArm arm, double epsilon, int seed) => arm switch
    {
        TightnessArm.Standard => new SupervisedObjective(new CrossEntropyLoss()),
        TightnessArm.Pgd => new AdversarialTraining(new Pgd(ThreatModel.Pixels(epsilon)) { Steps = 5, StepSize = epsilon / 4 }, new CrossEntropyLoss(), seed: seed),
        _ => new CertifiedObjective(new CertifiedTrainingOptions
        {
            Epsilon = epsilon,
            Schedule = EpsilonSchedule.Linear(1, Epochs / 2),
            BoxShare = arm switch { TightnessArm.SabrTenth => 0.1, TightnessArm.SabrFourTenths => 0.4, _ => 1 },
        }),
    };

    private static TightnessRun Judged(Digits digits, Mlp network, TightnessArm arm, int width, int seed, double epsilon, CancellationToken cancellation)
    {
        network.eval();
        var threat = ThreatModel.Pixels(epsilon);
        using var bounded = BoundedNetwork.From(network.ToGraph());
        var certified = new Certifier(bounded, new CertificationOptions { Method = BoundMethod.Ibp, Threads = 1 }).Run(digits.Test, threat, cancellation: cancellation);
        var tightness = TightnessMeasure.Of(bounded, digits.Test, threat, cancellation);
        using var frozen = no_grad();
        var (x, y) = (tensor(digits.Test.Features.ToArray()).reshape(digits.Test.Count, digits.Test.Width), tensor(Array.ConvertAll(digits.Test.Labels.ToArray(), label => (long)label)));
        var right = network.call(x).argmax(1).eq(y).data<bool>().ToArray();
        var found = new Pgd(threat) { Steps = 20, StepSize = epsilon / 5 }.Run(network, x, y, AttackLoss.CrossEntropy, AttackKeys.Range(seed, digits.Test.Count), cancellation);
        var survived = right.Zip(found.Success, (isRight, isBroken) => isRight && !isBroken).Count(isRobust => isRobust);
        return new TightnessRun(arm, width, seed, certified.Clean.Value, (double)survived / right.Length, certified.Certified.Value, tightness.Mean);
    }
}
