using Ballast.Core;
using Ballast.Learning.Adversarial;
using Ballast.Learning.Networks;
using Ballast.Learning.Objectives;
using Ballast.Learning.Objectives.CompSum;
using Ballast.Learning.Training;
using Ballast.Learning.Training.Optimization;
using static TorchSharp.torch;

namespace Ballast.Reproductions.CompSum;

/// <summary>Part B: a perceptron 64-128-128-10 on 1,200 digits, trained in four ways and attacked within 0.1 in the maximum norm.</summary>
internal static class AttackedDigits
{
    private const int TrainRows = 1200;
    private const double Epsilon = 0.1;
    private const int Restarts = 3;
    private const double Rho = 1, Tau = 1;

    private static readonly ThreatModel threat = ThreatModel.Pixels(Epsilon);

    public static string Name(AttackedTraining training) => training switch
    {
        AttackedTraining.Standard => "standard training",
        AttackedTraining.Pgd => "adversarial training (PGD)",
        AttackedTraining.Trades => "TRADES, beta 6",
        _ => "smooth adversarial loss, nu 0.2",
    };

    public static IReadOnlyList<AttackedRun> Run(Digits digits, int firstSeed, int seeds, CancellationToken cancellation)
    {
        var train = digits.Train.Select([.. Enumerable.Range(0, TrainRows)]);
        // The slow trainings first, so that no core waits for the last one.
        var plans = (from training in Enum.GetValues<AttackedTraining>().Reverse() from seed in Enumerable.Range(firstSeed, seeds) select (training, seed)).ToArray();
        var runs = new AttackedRun[plans.Length];
        Parallel.For(0, plans.Length, new ParallelOptions { CancellationToken = cancellation, MaxDegreeOfParallelism = Environment.ProcessorCount }, i =>
        {
            using var scope = NewDisposeScope();
            var (training, seed) = plans[i];
            var network = new Mlp(train.Width, [128, 128], train.ClassCount, seed);
            var trainer = new Trainer(new TrainerOptions { Epochs = 50, BatchSize = 100, Optimizer = new AdamOptions { LearningRate = 2e-3 }, Seed = seed });
            trainer.Train(network, ObjectiveOf(training, seed), train, cancellation: cancellation);
            runs[i] = Attacked(network, digits.Test, training, seed, cancellation);
        });
        return runs;
    }

    private static Objective ObjectiveOf(AttackedTraining training, int seed) => training switch
    {
        AttackedTraining.Standard => new SupervisedObjective(new CrossEntropyLoss()),
        AttackedTraining.Pgd => new AdversarialTraining(Pgd.ForTraining(threat), new CrossEntropyLoss(), seed: seed),
        AttackedTraining.Trades => new TradesObjective(Pgd.ForTraining(threat, AscentStart.NearSample), beta: 6, seed),
        _ => new SmoothAdversarialLoss(new SmoothAdversarialOptions { Epsilon = Epsilon, Tau = Tau, Rho = Rho, Nu = 0.2, Seed = seed }),
    };

    // A row is robust if it is classified right as it is and at every point any attack ends in. The certificate takes the largest shift over all these points.
    private static AttackedRun Attacked(Mlp network, Dataset test, AttackedTraining training, int seed, CancellationToken cancellation)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var x = tensor(test.Features.ToArray()).reshape(test.Count, test.Width);
        var y = tensor(Array.ConvertAll(test.Labels.ToArray(), label => (long)label));
        var scores = network.call(x);
        var fooled = scores.argmax(1) != y;                                              // [500]
        var (clean, shift) = (1 - fooled.to(float64).mean().item<double>(), zeros(test.Count));
        var attack = new Pgd(threat) { Steps = 40, StepSize = Epsilon / 10 };
        foreach (var loss in new[] { AttackLoss.CrossEntropy, AttackLoss.Margin })
            for (var restart = 0; restart < Restarts; restart++)
            {
                var keys = AttackKeys.Range(seed, test.Count) with { Draw = restart };
                var found = attack.Run(network, x, y, loss, keys, cancellation);
                foreach (var point in new[] { found.Adversarial, found.Last })
                {
                    var moved = network.call(point);
                    fooled = fooled.logical_or(moved.argmax(1) != y);
                    shift = maximum(shift, SmoothAdversarialLoss.Shift(moved, scores, y));
                }
            }
        var certified = new SmoothAdversarialLoss(new SmoothAdversarialOptions { Epsilon = Epsilon, Tau = Tau, Rho = Rho });
        var bound = certified.Base(scores, y) + SmoothAdversarialLoss.CertificateNu(test.ClassCount, Rho) * shift;
        var below = fooled.logical_and(bound < CompSumTransform.Phi(Tau, 1) - 1e-6);
        return new AttackedRun(
            training, clean, 1 - fooled.to(float64).mean().item<double>(), (int)fooled.sum().item<long>(), (int)below.sum().item<long>());
    }
}
