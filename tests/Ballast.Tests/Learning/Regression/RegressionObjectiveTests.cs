using Ballast.Evaluation.Metrics;
using Ballast.Learning.Networks;
using Ballast.Learning.Regression;
using Ballast.Learning.Training;
using Ballast.Tests.Learning.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace Ballast.Tests.Learning.Regression;

public sealed class RegressionObjectiveTests
{
    public static TheoryData<string> Settings => ["l1", "l2", "conr", "ranksim", "fds", "bmc", "all"];

    [Theory]
    [MemberData(nameof(Settings))]
    public void Training_lowers_the_error_and_repeats_exactly(string setting)
    {
        var (weights, error) = Train(setting);

        Assert.True(error < 1.2, $"{error}");                        // 1.8 where every prediction is 0
        Assert.Equal(weights, Train(setting).Weights);
    }

    [Theory]
    [MemberData(nameof(Settings))]
    public void Epochs_leave_no_tensor_behind(string setting)
    {
        Train(setting, epochs: 1);
        long After(int epochs)
        {
            var before = DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount;
            Train(setting, epochs);
            return DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount - before;
        }

        Assert.Equal(After(1), After(3));
    }

    [Fact]
    public void Feature_smoothing_keeps_its_statistics_as_state_and_is_off_at_first_and_at_inference()
    {
        using var scope = NewDisposeScope();
        var data = TrainingSamples.Line(64);
        using var objective = Objective("fds");
        using var plain = Objective("l1");
        using var network = new Mlp(3, [8], 1, seed: 1);
        new Trainer(new TrainerOptions { Epochs = 2 }).Train(network, objective, data);
        var batch = new Batch
        {
            Inputs = tensor(data.Features.ToArray(), [64, 3]),
            Targets = tensor(data.Targets.ToArray()).to(float32).unsqueeze(1),
            Rows = arange(64, int64),
        };
        double Loss(Objective of) => of.Loss(network, batch).item<float>();

        objective.EpochBegun(network, 0);
        var first = Loss(objective);
        objective.EpochBegun(network, 1);

        Assert.Equal(5, objective.State.Count());
        Assert.Equal(Loss(plain), first);
        Assert.NotEqual(first, Loss(objective));
        Assert.Equal(Loss(plain), objective.ValidationLoss(network.call(batch.Inputs), batch).item<float>());
    }

    [Fact]
    public void A_scale_of_outputs_can_be_written_into_the_head()
    {
        using var scope = NewDisposeScope();
        using var network = new Mlp(3, [8], 1, seed: 1);
        var scale = new OutputScale(10, 30);
        var inputs = ones(2, 3);
        var expected = scale.Apply(network.call(inputs)).detach();

        scale.FoldInto(network);

        Assert.True(expected.allclose(network.call(inputs), 1e-5, 1e-5));
    }

    [Fact]
    public void Weights_and_mixed_partners_count_by_their_share()
    {
        using var scope = NewDisposeScope();
        var (p, y) = (tensor(new[] { 1.0, 2 }, [2, 1]), tensor(new[] { 0.0, 5 }, [2, 1]));
        var loss = new AbsoluteErrorLoss();

        Assert.Equal((2 * 1 + 3) / 2.0, loss.Forward(p, y, tensor(new[] { 2.0, 1 })).item<double>(), 1e-12);
        var mixed = new MixedPartners(null, tensor(new[] { 3.0, 2 }, [2, 1]), tensor(new[] { 0.5, 0.25 }));
        Assert.Equal((0.5 * 1 + 0.5 * 2 + 0.25 * 3 + 0) / 2, loss.Forward(p, y, mixed: mixed).item<double>(), 1e-12);
        Assert.Throws<ArgumentException>(() => loss.Forward(p, ones(2)));
        Assert.Throws<ArgumentException>(() => loss.Forward(p, y, mixed: new MixedPartners(tensor(new[] { 0L, 1 }), null, ones(2))));
    }

    [Fact]
    public void Batches_without_targets_are_refused()
    {
        using var scope = NewDisposeScope();
        using var network = new Mlp(3, [8], 1, seed: 1);
        using var objective = Objective("l1");

        Assert.Throws<ArgumentException>(() => objective.Loss(network, new Batch { Inputs = ones(2, 3), Rows = arange(2, int64) }));
    }

    private static (float[] Weights, double Error) Train(string setting, int epochs = 12)
    {
        var data = TrainingSamples.Line(120);
        using var objective = Objective(setting);
        using var network = new Mlp(3, [16], 1, seed: 2);
        new Trainer(new TrainerOptions { Epochs = epochs, BatchSize = 16, Seed = 7, Optimizer = new Ballast.Learning.Training.Optimization.AdamOptions { LearningRate = 0.01 } })
            .Train(network, objective, data);
        using var outputs = Inference.Logits(network, data);
        var error = outputs.data<float>().ToArray().Zip(data.Targets.ToArray(), (p, y) => Math.Abs(p - y)).Average();
        return (TrainingSamples.Weights(network), error);
    }

    private static RegressionObjective Objective(string setting)
    {
        RegressionLoss loss = setting switch { "l2" => new SquaredErrorLoss(), "bmc" => BalancedMseLoss.Bmc(), _ => new AbsoluteErrorLoss() };
        RegularizerTerm conr = new(new ConRLoss(0.5, 0.2, 0.1), 0.5), ranks = new(new RankSimLoss(), 0.1);
        return new RegressionObjective(loss, setting switch { "conr" => [conr], "ranksim" => [ranks], "all" => [conr, ranks], _ => [] })
        {
            FeatureSmoothing = setting is "fds" or "all" ? new FdsOptions(new LabelBins(-6, 1, 12)) : null,
        };
    }
}
