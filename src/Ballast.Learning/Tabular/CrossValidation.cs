using Ballast.Core;

namespace Ballast.Learning.Tabular;

/// <summary>What happens to a fold besides fitting; both steps see the training part alone, so that nothing of the held-out rows leaks.</summary>
public sealed record FoldSteps
{
    /// <summary>Makes the set a fold's model is trained on from its training part, given the fold's index: resampling, dropping, relabelling, reweighting. Called from many threads.</summary>
    public Func<Dataset, int, Dataset>? TransformTraining { get; init; }

    /// <summary>Corrects a fold's out-of-fold predictions, such as to the class shares before resampling. Called from many threads.</summary>
    public Func<Predictions, FoldTraining, Predictions>? CorrectPredictions { get; init; }
}

/// <summary>What a fold's model was trained on.</summary>
/// <param name="Fold">Index of the fold.</param>
/// <param name="Original">The training part as it came.</param>
/// <param name="Transformed">The set the model was trained on; the same where nothing transformed it.</param>
/// <param name="Model">The fold's model.</param>
public sealed record FoldTraining(int Fold, Dataset Original, Dataset Transformed, ITrainedClassifier Model);

/// <summary>Predictions for every row by models that never saw it. Folds are fitted side by side; the result does not depend on how many at once.</summary>
public static class CrossValidation
{
    /// <summary>Out-of-fold probabilities of every row, in the dataset's order.</summary>
    /// <param name="classifier">The learner.</param>
    /// <param name="data">Labelled rows.</param>
    /// <param name="foldOfRow">n fold indices in 0..F-1, none of 0..F-1 empty; see <see cref="Folds"/>.</param>
    /// <param name="steps">What happens besides fitting.</param>
    /// <param name="progress">Told after each fold; may be null.</param>
    /// <param name="cancellation">Stops the work.</param>
    /// <remarks>A training part with rows of one class only predicts that class with probability 1.</remarks>
    /// <exception cref="ArgumentException">Fold indices do not fit, or a step changed the number of classes or of predictions.</exception>
    public static Predictions OutOfFold(
        IClassifier classifier, Dataset data, ReadOnlySpan<int> foldOfRow, FoldSteps? steps = null,
        IProgress<ProgressUpdate>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(classifier);
        ArgumentNullException.ThrowIfNull(data);
        var values = new double[checked(data.Count * data.ClassCount)];
        ForEachFold(data, foldOfRow, (fold, training, held) =>
        {
            var transformed = steps?.TransformTraining?.Invoke(training, fold) ?? training;
            var model = SoleClass(transformed) is { } only
                ? new ConstantClassifier(transformed.ClassNames, transformed.Columns, only)
                : classifier.Fit(transformed, cancellation: cancellation);
            var predictions = model.Predict(data.Select(held));
            predictions = steps?.CorrectPredictions?.Invoke(predictions, new FoldTraining(fold, training, transformed, model)) ?? predictions;
            Guard.SameLength(data.ClassCount, predictions.Classes, "the dataset's classes", "a fold's predicted classes");
            Guard.SameLength(held.Length, predictions.Count, "the fold's rows", "a fold's predictions");
            for (var i = 0; i < held.Length; i++)
                predictions.Row(i).CopyTo(values.AsSpan(held[i] * data.ClassCount));
        }, progress, cancellation);
        return new Predictions(values, data.ClassCount, data.RowIds);
    }

    /// <summary>Out-of-fold values of every row, in the dataset's order.</summary>
    /// <param name="regressor">The learner.</param>
    /// <param name="data">Rows with targets.</param>
    /// <param name="foldOfRow">n fold indices in 0..F-1, none of 0..F-1 empty.</param>
    /// <param name="transformTraining">Makes the set a fold's model is trained on from its training part, given the fold's index.</param>
    /// <param name="progress">Told after each fold; may be null.</param>
    /// <param name="cancellation">Stops the work.</param>
    /// <exception cref="ArgumentException">Fold indices do not fit.</exception>
    public static double[] OutOfFold(
        IRegressor regressor, Dataset data, ReadOnlySpan<int> foldOfRow, Func<Dataset, int, Dataset>? transformTraining = null,
        IProgress<ProgressUpdate>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(regressor);
        ArgumentNullException.ThrowIfNull(data);
        var values = new double[data.Count];
        ForEachFold(data, foldOfRow, (fold, training, held) =>
        {
            var model = regressor.Fit(transformTraining?.Invoke(training, fold) ?? training, cancellation: cancellation);
            var predicted = model.Predict(data.Select(held));
            for (var i = 0; i < held.Length; i++)
                values[held[i]] = predicted[i];
        }, progress, cancellation);
        return values;
    }

    private static void ForEachFold(
        Dataset data, ReadOnlySpan<int> foldOfRow, Action<int, Dataset, int[]> work, IProgress<ProgressUpdate>? progress, CancellationToken cancellation)
    {
        var rowsOfFold = RowsOfFolds(data.Count, foldOfRow);
        var folds = foldOfRow.ToArray();
        var done = 0;
        try
        {
            Parallel.For(0, rowsOfFold.Length, new ParallelOptions { CancellationToken = cancellation, MaxDegreeOfParallelism = Environment.ProcessorCount }, fold =>
            {
                int[] others = [.. Enumerable.Range(0, folds.Length).Where(row => folds[row] != fold)];
                work(fold, data.Select(others), rowsOfFold[fold]);
                progress?.Report(new ProgressUpdate("cross-validation", (double)Interlocked.Increment(ref done) / rowsOfFold.Length));
            });
        }
        catch (AggregateException error)
        {
            // Which fold failed first is chance; what failed is what the caller needs.
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(
                error.InnerExceptions.FirstOrDefault(inner => inner is not OperationCanceledException) ?? error.InnerExceptions[0]);
        }
    }

    private static int[][] RowsOfFolds(int count, ReadOnlySpan<int> foldOfRow)
    {
        Guard.SameLength(count, foldOfRow.Length, "the dataset", nameof(foldOfRow));
        var rows = new List<List<int>>();
        for (var i = 0; i < foldOfRow.Length; i++)
        {
            Guard.InRange(foldOfRow[i], 0, count - 1, nameof(foldOfRow));
            while (rows.Count <= foldOfRow[i])
                rows.Add([]);
            rows[foldOfRow[i]].Add(i);
        }
        if (rows.Count < 2 || rows.Exists(fold => fold.Count == 0))
            throw new ArgumentException($"{rows.Count} folds, of which {rows.Count(fold => fold.Count == 0)} have no rows; expected two or more, all with rows.", nameof(foldOfRow));
        return [.. rows.Select(fold => fold.ToArray())];
    }

    private static int? SoleClass(Dataset data)
    {
        var present = data.Labels.ToArray().Distinct().Take(2).ToArray();
        return present.Length == 1 ? present[0] : null;
    }
}

/// <summary>Answers one class whatever it is asked.</summary>
internal sealed class ConstantClassifier(IReadOnlyList<string> classNames, IReadOnlyList<FeatureColumn> columns, int only) : ITrainedClassifier
{
    public IReadOnlyList<string> ClassNames => classNames;

    public IReadOnlyList<FeatureColumn> Columns => columns;

    public Predictions Predict(Dataset data)
    {
        var values = new double[data.Count * classNames.Count];
        for (var i = 0; i < data.Count; i++)
            values[i * classNames.Count + only] = 1;
        return new Predictions(values, classNames.Count, data.RowIds);
    }
}
