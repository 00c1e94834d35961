using Ballast.Core;
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

    public static TheoryData<string> Names => ["adversarial training", "trades", "smooth"];

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
    [MemberData(nameof(Names))]
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
    public void Settings_out_of_range_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new SmoothAdversarialOptions { Epsilon = 0.1, Rho = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new SmoothAdversarialOptions { Epsilon = 0.1, Nu = -1 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new SmoothAdversarialOptions { Epsilon = 0.1, Tau = double.NaN });
        Assert.Throws<ArgumentOutOfRangeException>(() => new SmoothAdversarialOptions { Epsilon = -0.1 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new TradesObjective(new Pgd(threat), beta: -1));
    }

    private static AdversarialObjective Make(string name, int seed) => name switch
    {
        "adversarial training" => new AdversarialTraining(Pgd.ForTraining(threat), new CrossEntropyLoss(), seed: seed),
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
