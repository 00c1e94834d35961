using Ballast.Learning.Adversarial;
using Ballast.Learning.LongTail;
using Ballast.Learning.Networks;
using Ballast.Learning.Objectives;
using Ballast.Learning.Tabular;
using Ballast.Learning.Training;
using Ballast.Learning.Training.Optimization;
using Ballast.Learning.Training.Schedules;
using static TorchSharp.torch;

namespace Ballast.Reproductions.Srat;

/// <summary>A perceptron d-128-64-10, trained in one of several ways and attacked by PGD with 20 steps of epsilon / 8 on cross-entropy.</summary>
internal static class SratExperiment
{
    public static IReadOnlyList<SratRun> Run(SratSetting setting, IReadOnlyList<SratTraining> trainings, int firstSeed, int seeds, CancellationToken cancellation)
    {
        // The slow trainings first, so that no core waits for the last one.
        var plans = (from training in trainings.Reverse() from seed in Enumerable.Range(firstSeed, seeds) select (training, seed)).ToArray();
        var runs = new SratRun[plans.Length];
        var options = new ParallelOptions { CancellationToken = cancellation, MaxDegreeOfParallelism = Environment.ProcessorCount };
        Parallel.ForEach(System.Collections.Concurrent.Partitioner.Create(Enumerable.Range(0, plans.Length), System.Collections.Concurrent.EnumerablePartitionerOptions.NoBuffering), options,
            i => runs[i] = Trained(setting, plans[i].training, plans[i].seed, cancellation));
        return runs;
    }

    private static SratRun Trained(SratSetting setting, SratTraining training, int seed, CancellationToken cancellation)
    {
        using var scope = NewDisposeScope();
        var train = setting.Drawn(seed);
        var network = new Mlp(train.Width, [128, 64], train.ClassCount, seed);
        var falls = training != SratTraining.AdversarialReweightedEarly;
        var trainer = new Trainer(new TrainerOptions
        {
            Epochs = setting.Epochs,
            BatchSize = setting.Batch,
            Optimizer = new AdamOptions { LearningRate = 2e-3 },
            Schedule = falls ? new MultiStepRate([setting.Turn], setting.Fall) : new ConstantRate(),
            Seed = seed,
        });
        trainer.Train(network, ObjectiveOf(setting, training, train.ClassCounts(), seed), train, cancellation: cancellation);
        return Judged(setting, network, training, seed, cancellation);
    }

    private static Objective ObjectiveOf(SratSetting setting, SratTraining training, int[] counts, int seed)
    {
        var threat = ThreatModel.Pixels(setting.Epsilon);
        var attack = new Pgd(threat) { Steps = setting.Steps, StepSize = setting.Epsilon / 4 };
        ClassificationLoss Reweighted(int from) => new DeferredReweighting(new CrossEntropyLoss(), ClassWeights.InverseFrequency(counts), from, WeightReduction.BatchMean);
        return training switch
        {
            SratTraining.Natural => new SupervisedObjective(new CrossEntropyLoss()),
            SratTraining.NaturalReweighted => new SupervisedObjective(Reweighted(setting.Turn)),
            SratTraining.Adversarial => new AdversarialTraining(attack, new CrossEntropyLoss(), seed: seed),
            SratTraining.AdversarialReweightedEarly => new AdversarialTraining(attack, Reweighted(0), seed: seed),
            SratTraining.AdversarialReweighted => new AdversarialTraining(attack, Reweighted(setting.Turn), seed: seed),
            SratTraining.Srat => new SratObjective(attack, Reweighted(setting.Turn), new SeparationLoss(0.5), 0.2, seed),
            _ => new SratObjective(attack, Reweighted(setting.Turn), new SeparationLoss(0.2, counts), 0.1, seed),
        };
    }

    private static SratRun Judged(SratSetting setting, Mlp network, SratTraining training, int seed, CancellationToken cancellation)
    {
        using var frozen = no_grad();
        var test = setting.Test;
        var (x, labels) = (tensor(test.Features.ToArray()).reshape(test.Count, test.Width), test.Labels.ToArray());
        var y = tensor(Array.ConvertAll(labels, label => (long)label));
        var right = (network.call(x).argmax(1) == y).data<bool>().ToArray();
        var attack = new Pgd(ThreatModel.Pixels(setting.Epsilon)) { Steps = 20, StepSize = setting.Epsilon / 8 };
        var found = attack.Run(network, x, y, AttackLoss.CrossEntropy, AttackKeys.Range(seed, test.Count), cancellation);
        var survived = right.Zip(found.Success, (correct, broken) => correct && !broken).ToArray();
        var features = network.Features(found.Last).data<float>().ToArray();
        double Mean(bool[] good, int parity) => Enumerable.Range(0, test.ClassCount).Where(k => k % 2 == parity).Average(k => test.RowsOf(k).Average(row => good[row] ? 1.0 : 0));
        return new SratRun(training, seed, Mean(right, 0), Mean(right, 1), Mean(survived, 0), Mean(survived, 1), Separability.Of(features, network.FeatureCount, labels));
    }
}
