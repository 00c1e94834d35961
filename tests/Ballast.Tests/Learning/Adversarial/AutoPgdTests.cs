using Ballast.Core;
using Ballast.Learning.Adversarial;
using Ballast.Learning.Networks;
using FsCheck.Xunit;
using TorchSharp;
using static TorchSharp.torch;

namespace Ballast.Tests.Learning.Adversarial;

/// <summary>Attacks of every kind on small random networks.</summary>
public sealed class AutoPgdTests
{
    private const int Rows = 10, Width = 6, Classes = 4;

    [Property(MaxTest = 25)]
    public void Points_stay_in_the_ball_the_range_and_the_limits_and_the_best_is_no_worse_than_the_start(int seed, bool euclidean, byte size)
    {
        using var scope = NewDisposeScope();
        var (model, x, y) = Task(seed);
        var epsilon = size / 512.0;
        var limits = new FeatureLimits([0.1f, 0, 0, 0, 0, 0], [0.9f, 1, 1, 1, 1, float.PositiveInfinity], [false, true, false, false, true, false]);
        x = x.clamp(0.1, 0.9);
        var threat = new ThreatModel(euclidean ? PerturbationNorm.L2 : PerturbationNorm.LInfinity, epsilon) { Minimum = 0, Maximum = 1, Features = limits };
        var start = threat.Project(x + 0.3 * (x - 0.5), x);

        foreach (var attack in new Attack[] { new AutoPgd(threat) { Iterations = 12, Restarts = 2 }, new Pgd(threat) { Steps = 6, Restarts = 2 }, Pgd.Fgsm(threat) })
        {
            foreach (var result in new[] { attack.Run(model, x, y, AttackLoss.Dlr, AttackKeys.Range(seed, Rows)), attack.RunFrom(model, x, y, AttackLoss.CrossEntropy, start) })
            {
                foreach (var points in new[] { result.Adversarial, result.Best, result.Last })
                {
                    var change = points - x;
                    Assert.True((euclidean ? change.norm(1) : change.abs().amax([1])).max().item<float>() <= epsilon + 1e-5);
                    Assert.InRange(points.select(1, 0).min().item<float>(), 0.1f, 0.9f);
                    Assert.InRange(points.max().item<float>(), 0, 1);
                    Assert.Equal(0, change.index_select(1, tensor(new long[] { 1, 4 })).abs().max().item<float>());
                }
                Assert.True((result.BestLoss >= result.Trace.select(0, 0)).all().item<bool>());
                Assert.True((result.BestLoss >= result.Trace.amax([0])).all().item<bool>());
            }
        }
    }

    [Fact]
    public void Success_means_that_the_point_handed_back_is_misclassified()
    {
        using var scope = NewDisposeScope();
        var (model, x, y) = Task(6);

        var result = new AutoPgd(ThreatModel.Pixels(0.8)) { Iterations = 20 }.Run(model, x, y, AttackLoss.Dlr, AttackKeys.Range(0, Rows));

        Assert.Equal((model.call(result.Adversarial).argmax(1) != y).data<bool>().ToArray(), result.Success);
        Assert.Contains(true, result.Success);
    }

    [Fact]
    public void It_finds_no_less_loss_than_as_many_steps_of_a_fixed_size()
    {
        using var scope = NewDisposeScope();
        var (model, x, y) = Task(5);
        var threat = ThreatModel.Pixels(0.15);

        var automatic = new AutoPgd(threat) { Iterations = 100 }.Run(model, x, y, AttackLoss.Margin, AttackKeys.Range(0, Rows)).BestLoss.mean().item<float>();
        var fixedSteps = new Pgd(threat) { Steps = 100 }.Run(model, x, y, AttackLoss.Margin, AttackKeys.Range(0, Rows)).BestLoss.mean().item<float>();

        Assert.True(automatic >= fixedSteps - 1e-3);
    }

    [Fact]
    public void Results_do_not_depend_on_how_samples_are_batched()
    {
        using var scope = NewDisposeScope();
        var (model, x, y) = Task(1);
        model.to(float64);
        x = x.to(float64);
        var attack = new AutoPgd(new ThreatModel(PerturbationNorm.L2, 0.3)) { Iterations = 10, Restarts = 2, RestartPolicy = RestartPolicy.Every };

        var together = attack.Run(model, x, y, AttackLoss.CrossEntropy, AttackKeys.Range(3, Rows)).BestLoss;
        var apart = Enumerable.Range(0, Rows).Select(i => attack.Run(model, x.narrow(0, i, 1), y.narrow(0, i, 1), AttackLoss.CrossEntropy, new AttackKeys(3, 0, [i])).BestLoss).ToArray();

        Assert.True(together.allclose(cat(apart), 1e-6, 1e-9));
    }

    [Fact]
    public void No_tensor_stays_behind_and_cancellation_stops()
    {
        var (model, x, y) = Task(2);
        void Attacked()
        {
            using (NewDisposeScope())
                new AutoPgd(ThreatModel.Pixels(0.1)) { Iterations = 15, Restarts = 2 }.Run(model, x, y, AttackLoss.CrossEntropy, AttackKeys.Range(0, Rows));
            Assert.ThrowsAny<OperationCanceledException>(() => new AutoPgd(ThreatModel.Pixels(0.1)).Run(model, x, y, AttackLoss.Margin, AttackKeys.Range(0, Rows), new CancellationToken(true)));
        }
        Attacked();
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;

        Attacked();

        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
        model.Dispose();
        x.Dispose();
        y.Dispose();
    }

    [Fact]
    public void More_iterations_hold_no_more_tensors()
    {
        long Most(int iterations)
        {
            using var scope = NewDisposeScope();
            var (model, x, y) = Task(2);
            var counter = new Counter();
            new AutoPgd(ThreatModel.Pixels(0.1)) { Iterations = iterations, Checkpoints = counter }.Run(model, x, y, AttackLoss.CrossEntropy, AttackKeys.Range(0, Rows));
            return counter.Most;
        }

        // One tensor of B losses an iteration is the trace.
        Assert.InRange(Most(200) - Most(100), 90, 110);
    }

    [Fact]
    public void Targeted_losses_draw_towards_the_target()
    {
        using var scope = NewDisposeScope();
        var (model, x, y) = Task(4);
        var target = (y + 1).remainder(Classes);
        var attack = new Pgd(ThreatModel.Pixels(0.4)) { Steps = 30, Restarts = 2 };
        long Reached(AttackLoss loss) => (model.call(attack.Run(model, x, y, loss, AttackKeys.Range(0, Rows)).Best).argmax(1) == target).sum().item<long>();

        foreach (var loss in new[] { AttackLoss.TargetedCrossEntropy(target), AttackLoss.TargetedMargin(target), AttackLoss.TargetedDlr(target) })
            Assert.True(Reached(loss) > 0);
        var scores = model.call(x);
        Assert.True((AttackLoss.TargetedMargin(y).PerSample(scores, y) > 0).all().item<bool>());
        Assert.Throws<ArgumentException>(() => AttackLoss.TargetedDlr(target).PerSample(scores.narrow(1, 0, 3), y));
    }

    [Fact]
    public void A_saturated_score_still_has_a_gradient()
    {
        using var scope = NewDisposeScope();
        var scores = tensor(new[] { 300f, 1, 2, 25, 3, 1 }).reshape(2, 3).requires_grad_();
        var labels = tensor(new long[] { 0, 0 });

        var losses = AttackLoss.CrossEntropy.PerSample(scores, labels);
        losses.sum().backward();

        Assert.True((scores.grad!.select(1, 0) < 0).all().item<bool>());
        Assert.True((scores.grad!.select(1, 1) > 0).all().item<bool>());
        Assert.Equal(nn.functional.cross_entropy(scores.to(float64), labels).item<double>(), losses.mean().item<float>(), 1e-9);
    }

    [Fact]
    public void Bad_settings_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new AutoPgd(ThreatModel.Pixels(0.1)) { Iterations = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new AutoPgd(ThreatModel.Pixels(0.1)) { Rho = 1.5 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new AutoPgd(ThreatModel.Pixels(0.1)) { Restarts = 0 });
        Assert.Throws<ArgumentException>(() => new FeatureLimits([1], [0]));
        Assert.Throws<ArgumentException>(() => new FeatureLimits([1], [2, 3]));
        using var scope = NewDisposeScope();
        var (model, x, y) = Task(0);
        var narrow = new ThreatModel(PerturbationNorm.L2, 0.1) { Features = new FeatureLimits([0, 0, 0, 0, 0, 0], [0.01f, 1, 1, 1, 1, 1]) };
        Assert.Throws<ArgumentException>(() => new AutoPgd(narrow).Run(model, x, y, AttackLoss.Margin, AttackKeys.Range(0, Rows)));
        var few = new ThreatModel(PerturbationNorm.L2, 0.1) { Features = new FeatureLimits([0], [1]) };
        Assert.Throws<ArgumentException>(() => new AutoPgd(few).Run(model, x, y, AttackLoss.Margin, AttackKeys.Range(0, Rows)));
    }

    private static (Mlp Model, Tensor Inputs, Tensor Labels) Task(int seed)
    {
        var random = RandomStream.For(seed, "attack tests");
        var x = tensor(Enumerable.Range(0, Rows * Width).Select(_ => (float)random.NextDouble()).ToArray()).reshape(Rows, Width);
        var model = new Mlp(Width, [8], Classes, seed: seed);
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        return (model, x, model.call(x).argmax(1).MoveToOuterDisposeScope());
    }

    private sealed class Counter : IProgress<AutoPgdCheckpoint>
    {
        public long Most { get; private set; }

        public void Report(AutoPgdCheckpoint value) => Most = Math.Max(Most, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }
}
