using Ballast.Core;
using Ballast.Learning.Adversarial;
using Ballast.Learning.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace Ballast.Tests.Learning.Adversarial;

public sealed class PgdTests
{
    private const int Rows = 12, Width = 6, Classes = 3;

    public static TheoryData<PerturbationNorm, AscentStart> Ascents =>
        new(from norm in Enum.GetValues<PerturbationNorm>() from start in Enum.GetValues<AscentStart>() select (norm, start));

    [Theory]
    [MemberData(nameof(Ascents))]
    public void Points_stay_in_the_ball_and_in_the_range(PerturbationNorm norm, AscentStart start)
    {
        using var scope = NewDisposeScope();
        var (model, x, y) = Task();
        var attack = new Pgd(new ThreatModel(norm, 0.2) { Minimum = 0, Maximum = 1 }) { Start = start, Steps = 7, Restarts = 2 };

        var result = attack.Run(model, x, y, AttackLoss.CrossEntropy, AttackKeys.Range(1, Rows));

        foreach (var points in new[] { result.Adversarial, result.Best, result.Last })
        {
            var change = points - x;
            var size = norm == PerturbationNorm.L2 ? change.norm(1).max() : change.abs().max();
            Assert.True(size.item<float>() <= 0.2 + 1e-6);
            Assert.InRange(points.min().item<float>(), 0, 1);
            Assert.InRange(points.max().item<float>(), 0, 1);
        }
    }

    [Fact]
    public void The_best_iterate_is_no_worse_than_any_of_the_trace_and_success_means_misclassified()
    {
        using var scope = NewDisposeScope();
        var (model, x, y) = Task();
        var attack = new Pgd(ThreatModel.Pixels(0.3)) { Steps = 10 };

        var result = attack.Run(model, x, y, AttackLoss.Margin, AttackKeys.Range(0, Rows));

        Assert.True((result.BestLoss >= result.Trace.amax([0])).all().item<bool>());
        var wrong = (model.call(result.Adversarial).argmax(1) != y).data<bool>().ToArray();
        Assert.Equal(wrong, result.Success);
        Assert.Contains(true, wrong);
    }

    [Fact]
    public void Results_do_not_depend_on_how_samples_are_batched()
    {
        using var scope = NewDisposeScope();
        var (model, x, y) = Task();
        var attack = new Pgd(ThreatModel.Pixels(0.1)) { Steps = 5, Restarts = 3, RestartPolicy = RestartPolicy.Every };

        var together = attack.Run(model, x, y, AttackLoss.CrossEntropy, AttackKeys.Range(3, Rows)).Best;
        var apart = Enumerable.Range(0, Rows).Select(i => attack.Run(
            model, x.narrow(0, i, 1), y.narrow(0, i, 1), AttackLoss.CrossEntropy, new AttackKeys(3, 0, [i])).Best).ToArray();

        Assert.True(together.allclose(cat(apart), 1e-5, 1e-6));
    }

    [Fact]
    public void Restarts_can_only_help()
    {
        using var scope = NewDisposeScope();
        var (model, x, y) = Task();
        var once = new Pgd(ThreatModel.Pixels(0.1)) { Steps = 3 };
        var often = new Pgd(ThreatModel.Pixels(0.1)) { Steps = 3, Restarts = 5, RestartPolicy = RestartPolicy.Every };

        var first = once.Run(model, x, y, AttackLoss.CrossEntropy, AttackKeys.Range(3, Rows));
        var best = often.Run(model, x, y, AttackLoss.CrossEntropy, AttackKeys.Range(3, Rows));

        Assert.True((best.BestLoss >= first.BestLoss).all().item<bool>());
    }

    [Fact]
    public void Training_gets_the_last_iterate_of_the_same_ascent()
    {
        using var scope = NewDisposeScope();
        var (model, x, y) = Task();
        var attack = Pgd.ForTraining(ThreatModel.Pixels(0.1));

        var last = attack.Ascend(model, x, y, AttackLoss.CrossEntropy, AttackKeys.Range(5, Rows));

        Assert.True((last == attack.Run(model, x, y, AttackLoss.CrossEntropy, AttackKeys.Range(5, Rows)).Last).all().item<bool>());
        Assert.False(last.requires_grad);
    }

    [Fact]
    public void Parameters_get_no_gradient_and_modules_keep_their_modes()
    {
        using var scope = NewDisposeScope();
        var (_, x, y) = Task();
        using var inner = nn.Sequential(nn.Linear(Width, 5), nn.BatchNorm1d(5), nn.Linear(5, Classes));
        var frozen = inner.children().ElementAt(1);
        inner.train();
        frozen.eval();

        Pgd.ForTraining(ThreatModel.Pixels(0.1)).Ascend(inner, x, y, AttackLoss.CrossEntropy, AttackKeys.Range(0, Rows));
        Assert.Throws<ArgumentException>(() => new Pgd(ThreatModel.Pixels(0.1)).Run(inner, x + 5, y, AttackLoss.CrossEntropy, AttackKeys.Range(0, Rows)));

        Assert.All(inner.parameters(), parameter => Assert.Null(parameter.grad));
        Assert.True(inner.training);
        Assert.False(frozen.training);
    }

    [Fact]
    public void It_works_where_gradients_are_switched_off()
    {
        using var scope = NewDisposeScope();
        var (model, x, y) = Task();
        using var frozen = no_grad();

        var result = new Pgd(ThreatModel.Pixels(0.3)).Run(model, x, y, AttackLoss.CrossEntropy, AttackKeys.Range(0, Rows));

        Assert.True((result.BestLoss > result.Trace.select(0, 0)).any().item<bool>());
    }

    [Fact]
    public void A_radius_of_zero_moves_nothing()
    {
        using var scope = NewDisposeScope();
        var (model, x, y) = Task();

        foreach (var norm in Enum.GetValues<PerturbationNorm>())
        {
            var result = new Pgd(new ThreatModel(norm, 0)).Run(model, x, y, AttackLoss.CrossEntropy, AttackKeys.Range(0, Rows));
            Assert.True((result.Best == x).all().item<bool>());
        }
    }

    [Fact]
    public void No_tensor_stays_behind_and_cancellation_stops()
    {
        var (model, x, y) = Task();
        var attack = new Pgd(ThreatModel.Pixels(0.1)) { Restarts = 2 };
        void Attack()
        {
            using (NewDisposeScope())
                attack.Run(model, x, y, AttackLoss.CrossEntropy, AttackKeys.Range(0, Rows));
            attack.Ascend(model, x, y, AttackLoss.CrossEntropy, AttackKeys.Range(0, Rows)).Dispose();
            Assert.ThrowsAny<OperationCanceledException>(() => attack.Run(model, x, y, AttackLoss.Margin, AttackKeys.Range(0, Rows), new CancellationToken(true)));
        }
        Attack();
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;

        Attack();

        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
        model.Dispose();
        x.Dispose();
        y.Dispose();
    }

    [Fact]
    public void Bad_settings_are_refused()
    {
        using var scope = NewDisposeScope();
        var (model, x, y) = Task();

        Assert.Throws<ArgumentOutOfRangeException>(() => new ThreatModel(PerturbationNorm.L2, -0.1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Pgd(ThreatModel.Pixels(0.1)) { Steps = 0 });
        Assert.Throws<ArgumentException>(() => AttackLoss.Dlr.PerSample(zeros(2, 2), zeros(2, int64)));
        Assert.Throws<ArgumentException>(() => new Pgd(ThreatModel.Pixels(0.1)).Run(model, x, y.narrow(0, 0, 3), AttackLoss.Margin, AttackKeys.Range(0, Rows)));
    }

    private static (Mlp Model, Tensor Inputs, Tensor Labels) Task()
    {
        var random = RandomStream.For(2, "pgd tests");
        var x = tensor(Enumerable.Range(0, Rows * Width).Select(_ => (float)random.NextDouble()).ToArray()).reshape(Rows, Width);
        var model = new Mlp(Width, [8], Classes, seed: 4);
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        return (model, x, model.call(x).argmax(1).MoveToOuterDisposeScope());
    }
}
