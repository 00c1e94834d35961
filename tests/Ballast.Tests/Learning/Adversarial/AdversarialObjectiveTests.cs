using Ballast.Core;
using Ballast.Exchange.Networks;
using Ballast.Learning.Adversarial;
using Ballast.Learning.Networks;
using Ballast.Learning.Objectives;
using Ballast.Learning.Objectives.CompSum;
using Ballast.Learning.Training;
using Ballast.Learning.Training.Optimization;
using TorchSharp;
using static TorchSharp.torch;

namespace Ballast.Tests.Learning.Adversarial;

/// <summary>What holds for every objective that attacks its batches.</summary>
public sealed class AdversarialObjectiveTests
{
    private const int Rows = 24, Width = 5, Classes = 3;

    private static readonly ThreatModel threat = ThreatModel.Pixels(0.1);

    public static TheoryData<string> Names => ["adversarial training", "trades", "smooth", "srat"];

    public static TheoryData<string> Separate => ["adversarial training", "trades", "smooth"];

    [Theory]
    [MemberData(nameof(Names))]
    public void The_same_seed_gives_the_same_network_and_another_seed_another(string name)
    {
        using var scope = NewDisposeScope();
        float[] Trained(int seed)
        {
            var network = new Mlp(Width, [8], Classes, seed: 1);
            new Trainer(new TrainerOptions { Epochs = 2, BatchSize = 8, Optimizer = new AdamOptions { LearningRate = 0.01 } }).Train(network, Make(name, seed), Samples());
            return network.parameters().First().data<float>().ToArray();
        }

        Assert.Equal(Trained(0), Trained(0));
        Assert.NotEqual(Trained(0), Trained(1));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_loss_is_no_less_than_without_an_attacker(string name)
    {
        using var scope = NewDisposeScope();
        var network = new Mlp(Width, [8], Classes, seed: 1);
        var batch = BatchOf(Samples());
        var clean = new SupervisedObjective(new CrossEntropyLoss()).Loss(network, batch).item<float>();

        var attacked = Make(name, 0).Loss(network, batch).item<float>();

        Assert.True(attacked > clean);
    }

    [Theory]
    [MemberData(nameof(Separate))]
    public void Weights_multiply_each_samples_loss(string name)
    {
        using var scope = NewDisposeScope();
        var network = new Mlp(Width, [8], Classes, seed: 1);
        var samples = Samples();
        var half = full(Rows, 0.5f);

        var whole = Make(name, 0).Loss(network, BatchOf(samples)).item<float>();
        var weighted = Make(name, 0).Loss(network, BatchOf(samples, half)).item<float>();

        Assert.Equal(whole / 2, weighted, 1e-5f);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Mixed_and_unlabelled_batches_are_refused(string name)
    {
        using var scope = NewDisposeScope();
        var network = new Mlp(Width, [8], Classes, seed: 1);
        var batch = BatchOf(Samples());

        Assert.Throws<ArgumentException>(() => Make(name, 0).Loss(network, new Batch { Inputs = batch.Inputs, Rows = batch.Rows }));
        Assert.Throws<ArgumentException>(() => Make(name, 0).Loss(network, new Batch
        {
            Inputs = batch.Inputs,
            Rows = batch.Rows,
            Labels = batch.Labels,
            Mixed = new MixedPartners(batch.Labels, null, ones(Rows)),
        }));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void No_tensor_stays_behind(string name)
    {
        var network = new Mlp(Width, [8], Classes, seed: 1);
        var samples = Samples();
        var objective = Make(name, 0);
        using (NewDisposeScope())
            objective.Loss(network, BatchOf(samples)).backward();
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;

        using (NewDisposeScope())
            objective.Loss(network, BatchOf(samples)).backward();

        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
        network.Dispose();
    }

    [Fact]
    public void A_sample_fooled_in_the_ball_has_a_smooth_loss_above_its_certificate()
    {
        using var scope = NewDisposeScope();
        var network = new Mlp(Width, [16], Classes, seed: 2);
        var batch = BatchOf(Samples());
        foreach (var (tau, rho) in new[] { (0.5, 1.0), (1, 0.3), (1.7, 2) })
        {
            var nu = SmoothAdversarialLoss.CertificateNu(Classes, rho);
            var loss = new SmoothAdversarialLoss(new SmoothAdversarialOptions { Epsilon = 0.3, Tau = tau, Rho = rho, Nu = nu });
            var (first, shift) = loss.Evaluate(network, batch.Inputs, batch.Labels!, restarts: 5);
            var attack = new Pgd(ThreatModel.Pixels(0.3)) { Steps = 20, Restarts = 3 }.Run(network, batch.Inputs, batch.Labels!, AttackLoss.Margin, AttackKeys.Range(0, Rows));
            var moved = SmoothAdversarialLoss.Shift(network.call(attack.Adversarial), network.call(batch.Inputs), batch.Labels!);
            var bound = (first + nu * maximum(shift, moved)).data<float>().ToArray();

            Assert.Contains(true, attack.Success);
            Assert.All(Enumerable.Range(0, Rows).Where(i => attack.Success[i]), i => Assert.True(bound[i] >= CompSumTransform.Phi(tau, 1) - 1e-5));
        }
    }

    [Fact]
    public void Normalised_samples_are_moved_as_they_were_before()
    {
        using var scope = NewDisposeScope();
        var normalization = new InputNormalization([0.5, 0.4, 0.3, 0.2, 0.1], [0.5, 2, 0.1, 1, 0.7]);
        var (plain, network) = (new Mlp(Width, [8], Classes, seed: 1), new Mlp(Width, [8], Classes, seed: 1));
        var batch = BatchOf(Samples());
        // The same function of normalised samples: weights times the deviations, biases moved by the means.
        using (no_grad())
        {
            var (weight, bias) = (network.parameters().First(), network.parameters().ElementAt(1));
            bias.copy_(bias + weight.matmul(tensor(normalization.Mean.ToArray()).to(float32)));
            weight.copy_(weight * tensor(normalization.Deviation.ToArray()).to(float32));
        }
        var normal = new Batch { Inputs = NormalizedModel.Normalize(batch.Inputs, normalization), Labels = batch.Labels, Rows = batch.Rows };

        var wanted = Make("adversarial training", 0).Loss(plain, batch).item<float>();
        var objective = new AdversarialTraining(Pgd.ForTraining(threat), new CrossEntropyLoss()) { Normalization = normalization };
        network.train();
        var actual = objective.Loss(network, normal).item<float>();

        Assert.Equal(wanted, actual, 1e-4f);
        Assert.True(network.training);
        Assert.NotEqual($"{objective}", $"{new AdversarialTraining(Pgd.ForTraining(threat), new CrossEntropyLoss())}");
    }

    [Fact]
    public void Srat_without_separation_is_adversarial_training()
    {
        using var scope = NewDisposeScope();
        var network = new Mlp(Width, [8], Classes, seed: 1);
        var batch = BatchOf(Samples());

        var plain = Make("adversarial training", 0).Loss(network, batch).item<float>();
        var none = new SratObjective(Pgd.ForTraining(threat), new CrossEntropyLoss(), lambda: 0).Loss(network, batch).item<float>();
        var some = new SratObjective(Pgd.ForTraining(threat), new CrossEntropyLoss(), lambda: 0.5).Loss(network, batch).item<float>();

        Assert.Equal(plain, none, 1e-6f);
        Assert.True(some > none);
    }

    [Fact]
    public void Deferred_weights_of_srat_begin_at_their_epoch_and_are_not_divided_out()
    {
        using var scope = NewDisposeScope();
        var network = new Mlp(Width, [8], Classes, seed: 1);
        var data = Samples();
        var objective = SratObjective.ForCounts(Pgd.ForTraining(threat), [800, 8, 8], startEpoch: 2, lambda: 0, beta: 0);
        var halved = new SratObjective(
            Pgd.ForTraining(threat), new Ballast.Learning.LongTail.DeferredReweighting(new CrossEntropyLoss(), Ballast.Learning.Tabular.ClassWeights.Of(0.5, 0.5, 0.5), 2, WeightReduction.BatchMean), lambda: 0);
        float Loss(Objective of, int epoch)
        {
            of.TrainingBegun(network, new TrainingPlan(data, 4, 1, Rows, 0, CPU));
            of.EpochBegun(network, epoch);
            return of.Loss(network, BatchOf(data)).item<float>();
        }

        Assert.Equal(Loss(objective, 1), Loss(objective, 2), 1e-6f);
        Assert.Equal(Loss(halved, 1) / 2, Loss(halved, 2), 1e-6f);
    }

    [Fact]
    public void Settings_out_of_range_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new SmoothAdversarialOptions { Epsilon = 0.1, Rho = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new SmoothAdversarialOptions { Epsilon = 0.1, Nu = -1 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new SmoothAdversarialOptions { Epsilon = 0.1, Tau = double.NaN });
        Assert.Throws<ArgumentOutOfRangeException>(() => new SmoothAdversarialOptions { Epsilon = -0.1 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new TradesObjective(new Pgd(threat), beta: -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new SratObjective(new Pgd(threat), new CrossEntropyLoss(), lambda: -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new SeparationLoss(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new SeparationLoss(trainingCounts: [3, 0]));
    }

    private static AdversarialObjective Make(string name, int seed) => name switch
    {
        "adversarial training" => new AdversarialTraining(Pgd.ForTraining(threat), new CrossEntropyLoss(), seed: seed),
        "srat" => SratObjective.ForCounts(Pgd.ForTraining(threat), [8, 8, 8], seed: seed),
        "trades" => new TradesObjective(Pgd.ForTraining(threat, AscentStart.NearSample), seed: seed),
        _ => new SmoothAdversarialLoss(new SmoothAdversarialOptions { Epsilon = 0.1, Seed = seed }),
    };

    private static Dataset Samples()
    {
        var random = RandomStream.For(1, "adversarial tests");
        var features = Enumerable.Range(0, Rows * Width).Select(_ => (float)random.NextDouble()).ToArray();
        var labels = Enumerable.Range(0, Rows).Select(i => i % Classes).ToArray();
        return new Dataset(features, Rows, [], [Width], labels, ["a", "b", "c"]);
    }

    private static Batch BatchOf(Dataset data, Tensor? weights = null) => new()
    {
        Inputs = tensor(data.Features.ToArray()).reshape(Rows, Width),
        Labels = tensor(Array.ConvertAll(data.Labels.ToArray(), label => (long)label)),
        Rows = arange(Rows, int64),
        Weights = weights,
    };
}
