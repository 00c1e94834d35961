using Ballast.Core;
using Ballast.Learning.LongTail;
using Ballast.Learning.Tabular;
using Ballast.Learning.Training.Optimization;
using Ballast.Tests.Shared;
using TorchSharp;

namespace Ballast.Tests.Learning.Tabular;

public sealed class NetworkClassifierTests
{
    private static NetworkOptions Fast { get; } = new() { Hidden = [32], Width = 16, Blocks = 1, Epochs = 40, Optimizer = new AdamWOptions { LearningRate = 1e-2 } };

    [Theory, InlineData(TabularArchitecture.Mlp), InlineData(TabularArchitecture.ResNet)]
    public void Real_targets_are_learnt_in_their_own_units(TabularArchitecture architecture)
    {
        var (train, fresh) = (TableSamples.Targets(600), TableSamples.Targets(300, seed: 2));
        var model = new NetworkRegressor(Fast with { Architecture = architecture, Dropout = 0 }).Fit(train);

        var predicted = model.Predict(fresh);

        var mean = train.Targets.ToArray().Average();
        double Error(Func<int, double> guess) => Enumerable.Range(0, fresh.Count).Average(i => Math.Pow(guess(i) - fresh.Targets.Span[i], 2));
        Assert.True(Error(i => predicted[i]) < 0.1 * Error(_ => mean), $"{Error(i => predicted[i])} against {Error(_ => mean)}");
        Assert.Equal(predicted, new NetworkRegressor(Fast with { Architecture = architecture, Dropout = 0 }).Fit(train).Predict(fresh));
    }

    [Fact]
    public void Without_features_the_mean_is_predicted()
    {
        var data = TableSamples.Targets(50);

        var predicted = new NetworkRegressor(Fast).Fit(data.SelectColumns([])).Predict(data.SelectColumns([]));

        Assert.All(predicted, value => Assert.Equal(data.Targets.ToArray().Average(), value, 1e-9));
    }

    [Fact]
    public void Another_loss_is_told_the_rows_of_each_class()
    {
        IReadOnlyList<int>? counts = null;
        var data = TableSamples.Classes(200);

        new NetworkClassifier(Fast with
        {
            Epochs = 2,
            Patience = 0,
            Loss = rows =>
            {
                counts = rows;
                return new BalancedSoftmaxLoss([.. rows]);
            },
        }).Fit(data);

        Assert.Equal(data.ClassCounts(), counts);
    }

    [Fact]
    public void A_validation_set_is_only_looked_at()
    {
        var (train, validation) = (TableSamples.Classes(300), TableSamples.Classes(100, seed: 9));
        var impatient = Fast with { Patience = 1, Epochs = 100 };

        var model = new NetworkClassifier(impatient).Fit(train, validation);

        Assert.True(TableSamples.Accuracy(validation, model.Predict(validation)) > 0.5);
        Assert.Throws<ArgumentException>(() => new NetworkClassifier(impatient).Fit(train, validation.SelectColumns([0, 1])));
    }

    [Fact]
    public void Fitting_and_predicting_leave_the_models_own_tensors_alone()
    {
        var data = TableSamples.Classes(100);
        long Fit()
        {
            var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
            var model = (TrainedNetworkClassifier)new NetworkClassifier(Fast with { Epochs = 2 }).Fit(data);
            model.Predict(data);
            model.Network!.Dispose();
            return DisposeScopeManager.Statistics.ThreadTotalLiveCount - before;
        }

        Fit();

        Assert.Equal(Fit(), Fit());
        Assert.InRange(Fit(), -100, 0);
    }

    [Fact]
    public void Categories_that_training_never_saw_are_predicted_as_such()
    {
        var train = TableSamples.Classes(200, missing: 0);
        var model = (TrainedNetworkClassifier)new NetworkClassifier(Fast with { Epochs = 2 }).Fit(train.Select([.. Enumerable.Range(0, 200).Where(i => train.Row(i)[2] < 3)]));
        var rows = train.Select([.. Enumerable.Range(0, 200).Where(i => train.Row(i)[2] == 3)]);

        var codes = model.Encoding.Apply(rows);

        Assert.All(Enumerable.Range(0, rows.Count), i => Assert.Equal(4, codes.Row(i)[^1]));
        Assert.All(model.Predict(rows).Values.ToArray(), p => Assert.InRange(p, 0, 1));
    }
}
