using Ballast.Core;
using Ballast.Learning.Tabular;
using Ballast.Learning.Training.Optimization;

namespace Ballast.Tests.Learning.Tabular;

/// <summary>What every classifier must do; a new one joins by one line in <see cref="All"/>.</summary>
public sealed class ClassifierSuite
{
    public static TheoryData<string> All { get; } = ["trees", "trees of fixed length", "logistic", "perceptron", "residual network"];

    internal static IClassifier Make(string name) => name switch
    {
        "trees" => new BoostedTrees(),
        "trees of fixed length" => new BoostedTrees(new() { EarlyStoppingRounds = 0, Iterations = 20 }),
        "logistic" => new LogisticRegression(),
        "perceptron" => new NetworkClassifier(SmallPerceptron),
        "residual network" => new NetworkClassifier(SmallResNet),
        _ => throw new ArgumentOutOfRangeException(nameof(name)),
    };

    // Small and fast-learning, since a suite fits dozens.
    private static NetworkOptions SmallPerceptron { get; } = new() { Hidden = [32], Epochs = 60, Optimizer = new AdamWOptions { LearningRate = 1e-2 } };

    private static NetworkOptions SmallResNet { get; } = SmallPerceptron with { Architecture = TabularArchitecture.ResNet, Width = 16, Blocks = 1, BatchSize = 32 };

    [Theory, MemberData(nameof(All))]
    public void Probabilities_have_the_rows_and_classes_asked_for(string name)
    {
        var data = TableSamples.Classes();

        var predictions = Make(name).Fit(data).Predict(data.Select([5, 3, 8]));

        Assert.Equal(3, predictions.Classes);
        Assert.Equal([5, 3, 8], predictions.RowIds.ToArray());
        for (var i = 0; i < 3; i++)
            Assert.Equal(1, predictions.Row(i).ToArray().Sum(), 1e-9);
    }

    [Theory, MemberData(nameof(All))]
    public void New_rows_are_predicted_far_better_than_chance(string name)
    {
        var model = Make(name).Fit(TableSamples.Classes(600));
        var fresh = TableSamples.Classes(600, seed: 2);

        Assert.True(TableSamples.Accuracy(fresh, model.Predict(fresh)) > 0.7);
    }

    [Theory, MemberData(nameof(All))]
    public void Fitting_twice_gives_the_same_probabilities_to_the_bit(string name)
    {
        var data = TableSamples.Classes();

        Assert.Equal(Make(name).Fit(data).Predict(data).Values.ToArray(), Make(name).Fit(data).Predict(data).Values.ToArray());
    }

    [Theory, MemberData(nameof(All))]
    public void Rows_are_predicted_alone_as_they_are_together(string name)
    {
        var data = TableSamples.Classes(5000);
        var model = Make(name).Fit(data.Select([.. Enumerable.Range(0, 200)]));

        var together = model.Predict(data);

        Assert.Equal(together.Row(4321).ToArray(), model.Predict(data.Select([4321])).Row(0).ToArray(), (a, b) => Math.Abs(a - b) < 1e-12);
    }

    [Theory, MemberData(nameof(All))]
    public void A_class_without_rows_keeps_its_place_with_probability_zero(string name)
    {
        var data = TableSamples.Classes();
        var named = new Dataset(data.Features, data.Count, data.Columns, labels: data.Labels.ToArray().Select(k => k == 0 ? 0 : k + 1).ToArray(), classNames: ["a", "none", "b", "c"]);

        var predictions = Make(name).Fit(named).Predict(named);

        Assert.Equal(4, predictions.Classes);
        Assert.All(predictions.Column(1), p => Assert.Equal(0, p));
        Assert.True(TableSamples.Accuracy(named, predictions) > 0.6);
    }

    [Theory, MemberData(nameof(All))]
    public void Rows_of_weight_zero_are_as_good_as_absent(string name)
    {
        var data = TableSamples.Classes();
        var half = Enumerable.Range(0, 150).ToArray();
        var weights = Enumerable.Range(0, 300).Select(i => i < 150 ? 1f : 0f).ToArray();

        var expected = Make(name).Fit(data.Select(half)).Predict(data).Values.ToArray();

        Assert.Equal(expected, Make(name).Fit(data.WithWeights(weights)).Predict(data).Values.ToArray(), (a, b) => Math.Abs(a - b) < 1e-9);
    }

    [Theory, MemberData(nameof(All))]
    public void Constant_and_empty_features_do_no_harm(string name)
    {
        var data = TableSamples.Classes(missing: 0);
        var features = new float[data.Count * 6];
        for (var i = 0; i < data.Count; i++)
        {
            data.Row(i).CopyTo(features.AsSpan(i * 6));
            (features[i * 6 + 4], features[i * 6 + 5]) = (7, float.NaN);
        }
        var wider = new Dataset(
            features, data.Count, [.. data.Columns, FeatureColumn.Numeric("seven"), FeatureColumn.Categorical("void", [])], labels: data.Labels, classNames: data.ClassNames);

        Assert.Equal(Make(name).Fit(data).Predict(data).PredictedClasses(), Make(name).Fit(wider).Predict(wider).PredictedClasses());
    }

    [Theory, MemberData(nameof(All))]
    public void Only_constant_features_give_the_class_shares(string name)
    {
        var labels = Enumerable.Range(0, 40).Select(i => i % 4 == 0 ? 1 : 0).ToArray();

        var predictions = Make(name).Fit(TableSamples.Table(new float[40], 1, labels, 2)).Predict(TableSamples.Table([0, 9], 1, [0, 0], 2));

        Assert.All(predictions.Column(1), p => Assert.Equal(0.25, p, 0.03));
    }

    [Theory, MemberData(nameof(All))]
    public void No_features_at_all_give_the_class_shares(string name)
    {
        var data = TableSamples.Table([], 0, [0, 0, 2, 2, 2, 0, 2, 2], 3);

        Assert.Equal([0.375, 0, 0.625], Make(name).Fit(data).Predict(data).Row(7).ToArray(), (a, b) => Math.Abs(a - b) < 1e-6);
    }

    [Theory, MemberData(nameof(All))]
    public void Thirty_rows_are_enough_to_learn_a_threshold(string name)
    {
        var features = Enumerable.Range(0, 30).Select(i => (float)i).ToArray();
        var data = TableSamples.Table(features, 1, [.. features.Select(x => x < 12 ? 0 : 1)], 2);

        Assert.True(TableSamples.Accuracy(data, Make(name).Fit(data).Predict(data)) >= 0.9);
    }

    [Theory, MemberData(nameof(All))]
    public void Missing_values_carry_what_they_tell(string name)
    {
        var features = Enumerable.Range(0, 200).Select(i => i % 2 == 0 ? float.NaN : i).ToArray();
        var data = TableSamples.Table(features, 1, [.. Enumerable.Range(0, 200).Select(i => i % 2)], 2);

        Assert.Equal(1, TableSamples.Accuracy(data, Make(name).Fit(data).Predict(data)));
    }

    [Theory, MemberData(nameof(All))]
    public void Balanced_class_weights_raise_the_rare_class(string name)
    {
        var labels = TableSamples.Classes(400).Labels.ToArray().Select((k, i) => k == 2 && i % 5 == 0 ? 1 : 0).ToArray();
        var data = new Dataset(TableSamples.Classes(400).Features, 400, TableSamples.Columns, labels: labels, classNames: ["common", "rare"]);
        IClassifier balanced = Make(name) switch
        {
            LogisticRegression => new LogisticRegression(new() { ClassWeights = ClassWeights.Balanced }),
            BoostedTrees trees => new BoostedTrees(trees.Options with { ClassWeights = ClassWeights.Balanced }),
            NetworkClassifier network => new NetworkClassifier(network.Options with { ClassWeights = ClassWeights.Balanced }),
            var other => throw new NotSupportedException(other.Name),
        };

        Assert.True(balanced.Fit(data).Predict(data).Column(1).Average() > 1.5 * Make(name).Fit(data).Predict(data).Column(1).Average());
    }

    [Theory, MemberData(nameof(All))]
    public void Cancelled_work_stops(string name) =>
        Assert.Throws<OperationCanceledException>(() => Make(name).Fit(TableSamples.Classes(), cancellation: new CancellationToken(canceled: true)));

    [Theory, MemberData(nameof(All))]
    public void Sets_that_cannot_be_learnt_from_are_refused(string name)
    {
        var data = TableSamples.Classes();
        var unlabelled = new Dataset(data.Features, data.Count, data.Columns);
        var oneClass = data.WithLabels(new int[data.Count]);
        var negative = data.WithWeights(Enumerable.Repeat(-1f, data.Count).ToArray());

        Assert.Contains("labelled", Assert.Throws<ArgumentException>(() => Make(name).Fit(unlabelled)).Message);
        Assert.Contains("'class 0' only", Assert.Throws<ArgumentException>(() => Make(name).Fit(oneClass)).Message);
        Assert.Contains("weight of row 1", Assert.Throws<ArgumentException>(() => Make(name).Fit(negative)).Message);
    }

    [Theory, MemberData(nameof(All))]
    public void Rows_with_other_features_are_refused_by_name(string name)
    {
        var data = TableSamples.Classes();
        var model = Make(name).Fit(data);

        var fewer = Assert.Throws<ArgumentException>(() => model.Predict(data.SelectColumns([0, 1, 2])));
        var swapped = Assert.Throws<ArgumentException>(() => model.Predict(data.SelectColumns([1, 0, 2, 3])));

        Assert.Contains("4 features", fewer.Message);
        Assert.Contains("'weight'", swapped.Message);
        Assert.Contains("'height'", swapped.Message);
    }
}
