using Ballast.Core;
using Ballast.Learning.Tabular;

namespace Ballast.Tests.Learning.Tabular;

public sealed class CrossValidationTests
{
    [Theory, MemberData(nameof(ClassifierSuite.All), MemberType = typeof(ClassifierSuite))]
    public void Every_row_is_predicted_by_the_model_that_never_saw_it(string name)
    {
        var data = TableSamples.Classes();
        var folds = Folds.Stratified(data.Labels.Span, data.ClassCount, 4, seed: 1);

        var all = CrossValidation.OutOfFold(ClassifierSuite.Make(name), data, folds);

        var held = Enumerable.Range(0, data.Count).Where(i => folds[i] == 2).ToArray();
        var others = Enumerable.Range(0, data.Count).Where(i => folds[i] != 2).ToArray();
        var expected = ClassifierSuite.Make(name).Fit(data.Select(others)).Predict(data.Select(held));
        for (var i = 0; i < held.Length; i++)
            Assert.Equal(expected.Row(i).ToArray(), all.Row(held[i]).ToArray());
    }

    [Fact]
    public void Steps_see_the_training_part_alone()
    {
        var data = TableSamples.Classes();
        var folds = Folds.Stratified(data.Labels.Span, data.ClassCount, 3);
        var steps = new FoldSteps
        {
            TransformTraining = (training, fold) =>
            {
                Assert.DoesNotContain(training.RowIds.ToArray(), id => folds[id] == fold);
                return training.Select([.. Enumerable.Range(0, training.Count / 2)]);
            },
            CorrectPredictions = (predictions, training) =>
            {
                Assert.Equal(training.Original.Count / 2, training.Transformed.Count);
                Assert.DoesNotContain(training.Original.RowIds.ToArray(), id => folds[id] == training.Fold);
                var values = predictions.Values.ToArray();
                for (var i = 0; i < predictions.Count; i++)
                    ((double[])[training.Fold == 0 ? 1 : 0, training.Fold == 1 ? 1 : 0, training.Fold == 2 ? 1 : 0]).CopyTo(values, 3 * i);
                return new Predictions(values, 3, predictions.RowIds);
            },
        };

        var predictions = CrossValidation.OutOfFold(ClassifierSuite.Make("logistic"), data, folds, steps);

        Assert.Equal(folds, predictions.PredictedClasses());
    }

    [Fact]
    public void A_class_of_one_row_is_left_to_the_other_class()
    {
        var data = TableSamples.Table([1, 2, 3, 4, 5, 6, 7, 8], 1, [0, 0, 0, 0, 0, 0, 0, 1], 2);
        var folds = Folds.Stratified(data.Labels.Span, 2, 4);

        var predictions = CrossValidation.OutOfFold(new LogisticRegression(), data, folds);

        Assert.Equal([1.0, 0.0], predictions.Row(7).ToArray());
    }

    [Fact]
    public void Regression_is_predicted_out_of_fold_too()
    {
        var data = TableSamples.Targets(600);

        var predicted = CrossValidation.OutOfFold(new BoostedTreesRegressor(), data, Folds.Plain(600, 5));

        Assert.True(Math.Sqrt(Enumerable.Range(0, 600).Average(i => Math.Pow(predicted[i] - data.Targets.Span[i], 2))) < 1.5);
    }

    [Fact]
    public void Progress_counts_folds_and_cancelling_stops()
    {
        var data = TableSamples.Classes();
        var folds = Folds.Plain(data.Count, 3);
        var seen = new System.Collections.Concurrent.ConcurrentBag<double>();

        CrossValidation.OutOfFold(new LogisticRegression(), data, folds, progress: new Reporter(seen));

        Assert.Equal([1 / 3.0, 2 / 3.0, 1], seen.Order());
        Assert.ThrowsAny<OperationCanceledException>(() =>
            CrossValidation.OutOfFold(new LogisticRegression(), data, folds, cancellation: new CancellationToken(canceled: true)));
    }

    [Fact]
    public void Folds_that_do_not_fit_are_refused_and_errors_inside_come_out_plain()
    {
        var data = TableSamples.Classes();

        Assert.Throws<ArgumentException>(() => CrossValidation.OutOfFold(new LogisticRegression(), data, new int[data.Count]));
        Assert.Throws<ArgumentException>(() => CrossValidation.OutOfFold(new LogisticRegression(), data, new int[3]));
        Assert.Throws<InvalidDataException>(() => CrossValidation.OutOfFold(
            new LogisticRegression(), data, Folds.Plain(data.Count, 2), new FoldSteps { TransformTraining = (_, _) => throw new InvalidDataException() }));
    }

    private sealed class Reporter(System.Collections.Concurrent.ConcurrentBag<double> seen) : IProgress<ProgressUpdate>
    {
        public void Report(ProgressUpdate value) => seen.Add(value.Fraction);
    }
}
