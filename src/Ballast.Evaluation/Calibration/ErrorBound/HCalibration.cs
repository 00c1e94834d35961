using System.Numerics.Tensors;
using Ballast.Core;

namespace Ballast.Evaluation.Calibration.ErrorBound;

/// <summary>h-calibration: an order-preserving map of log probabilities trained so that predicted mass and outcomes agree on every window of events of like probability.</summary>
/// <remarks>
/// Source: Huang et al., "h-calibration: rethinking classifier recalibration with probabilistic error-bounded objective", IEEE TPAMI 2025. No bins to choose, every class is covered, the predicted class of no
/// row changes. Logits are normalised first. Adam on batches of 5,000 rows (fewer where there are many classes); the step kept is chosen on a held-out fifth where there are 2,000 rows or more, on the fitting rows
/// otherwise. More than 20,000 rows tell a map of so few parameters nothing new: that many are drawn. With fewer than a thousand rows temperature scaling is the safer choice.
/// </remarks>
public sealed class HCalibration(HCalibrationOptions? options = null) : LogitRecalibrator
{
    private const int BatchRows = 5000;
    private const int BatchEvents = 500_000;
    private const int MostRows = 20_000;
    private const double LossWeight = 1e5;
    private const int PlateauPatience = 30;

    private readonly HCalibrationOptions options = options ?? new HCalibrationOptions();

    /// <inheritdoc/>
    public override string Name => options.Loss == FittingLoss.LogLikelihood ? $"{options.Map.Name} map by likelihood" : $"h-calibration ({options.Map.Name})";

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">There are fewer than 2 K rows.</exception>
    public override LogitMap Fit(Logits logits, ReadOnlySpan<int> labels, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(logits);
        LabelledRows.Check(labels, logits.Count, logits.Classes);
        var classes = logits.Classes;
        if (labels.Length < 2 * classes)
            throw new ArgumentException($"{labels.Length} rows are too few for {classes} classes: h-calibration needs at least {2 * classes}.", nameof(labels));

        var order = RandomStream.For(options.Seed, "h-calibration rows").Permutation(labels.Length).AsSpan()[..Math.Min(MostRows, labels.Length)];
        var held = order.Length >= HCalibrationOptions.FewestRowsHeldOut ? (int)(options.HeldOut * order.Length) : 0;
        var normalised = logits.Normalised();
        var fitting = CalibrationRows.Pick(normalised, labels, order[held..]);
        var start = 1 / TemperatureScaling.Learn(new Logits(fitting.Values, classes), fitting.Labels).Temperature;
        var family = options.Map.Family(fitting.Values, start, options.Seed);
        var batches = Batches(fitting, classes, family);
        var judging = held > 0 ? CalibrationRows.Pick(normalised, labels, order[..held]) : fitting;
        var judge = held > 0 || batches.Length > 1 ? new Batch(family.Bind(judging.Values, classes), null, judging.Labels, judging.Values.Length) : batches[0];
        return family.ToMap(Train(family, batches, judge, classes, cancellation));
    }

    /// <inheritdoc/>
    public override IReadOnlyList<string> Notes(ReadOnlySpan<int> labels, int classes)
    {
        LabelledRows.Check(labels, labels.Length, classes);
        var notes = new List<string>();
        var counts = LabelledRows.Counts(labels, classes);
        var absent = counts.Count(count => count == 0);
        if (absent > 0)
            notes.Add($"{absent} of {classes} classes have no rows: they are not left out in turn.");
        if (labels.Length < 1000)
            notes.Add($"h-calibration sees errors of 0.01 to 0.03 at best on {labels.Length} rows; below 1,000 prefer temperature scaling.");
        var rows = labels.Length;
        var fewest = options.Objective.LeftOut == ClassesLeftOut.None ? rows : rows - counts.Where(count => count < rows).DefaultIfEmpty(0).Max();
        var (batch, window) = (Math.Min((long)fewest, BatchRows) * classes, options.Objective.Window);
        if (window > batch / 4)
            notes.Add($"The window of {window} events falls to {2 * ErrorBoundObjective.HalfWindow(window, (int)batch)} where only {batch} are left: at most a quarter.");
        return notes;
    }

    private Batch[] Batches((double[] Values, int[] Labels) rows, int classes, MapFamily family)
    {
        var size = Math.Max(1, Math.Min(BatchRows, BatchEvents / classes));
        var count = (rows.Labels.Length + size - 1) / size;
        return [.. Enumerable.Range(0, count).Select(b =>
        {
            var (first, end) = ((int)((long)b * rows.Labels.Length / count), (int)((long)(b + 1) * rows.Labels.Length / count));
            var (values, labels) = (rows.Values[(first * classes)..(end * classes)], rows.Labels[first..end]);
            var objective = options.Loss == FittingLoss.ErrorBound ? new ErrorBoundObjective(labels, classes, options.Objective) : null;
            return new Batch(family.Bind(values, classes), objective, labels, values.Length);
        })];
    }

    private double[] Train(MapFamily family, Batch[] batches, Batch judge, int classes, CancellationToken cancellation)
    {
        var parameters = (double[])family.Start.Clone();
        var (kept, least, since) = ((double[])parameters.Clone(), double.PositiveInfinity, 0);
        var (leastError, sinceError, rate) = (double.PositiveInfinity, 0, options.LearningRate);
        var adam = new Adam(parameters.Length);
        var gradient = new double[parameters.Length];
        for (var step = 0; step < options.Steps; step++)
        {
            cancellation.ThrowIfCancellationRequested();
            var batch = batches[step % batches.Length];
            batch.Map.Forward(parameters, batch.Probabilities);
            if (options.Selection != StepSelection.LastStep)
            {
                if (judge != batch)
                    judge.Map.Forward(parameters, judge.Probabilities);
                var predictions = new Predictions((double[])judge.Probabilities.Clone(), classes);
                var metric = StepMetrics.Of(options.Selection, predictions, judge.Labels);
                (kept, least, since) = metric < least ? ((double[])parameters.Clone(), metric, 0) : (kept, least, since + 1);
                if (since >= options.Patience)
                    break;
                var error = CalibrationError.TopLabel(predictions, judge.Labels);
                (leastError, sinceError) = error < leastError ? (error, 0) : (leastError, sinceError + 1);
                if (sinceError > PlateauPatience && options.LearningRateDecay == 1)
                    (rate, sinceError) = (rate / 2, 0);
            }
            Slopes(batch, classes);
            batch.Map.Backward(parameters, batch.Probabilities, batch.Slopes, gradient);
            adam.Step(parameters, gradient, rate);
            rate *= options.LearningRateDecay;
        }
        return options.Selection == StepSelection.LastStep ? parameters : kept;
    }

    private static void Slopes(Batch batch, int classes)
    {
        if (batch.Objective is { } objective)
        {
            objective.Evaluate(batch.Probabilities, batch.Slopes);
            TensorPrimitives.Multiply<double>(batch.Slopes, LossWeight, batch.Slopes);
            return;
        }
        Array.Clear(batch.Slopes);
        for (var i = 0; i < batch.Labels.Length; i++)
        {
            var own = i * classes + batch.Labels[i];
            batch.Slopes[own] = -1 / (Math.Max(batch.Probabilities[own], double.Epsilon) * batch.Labels.Length);
        }
    }

    private sealed record Batch(BoundMap Map, ErrorBoundObjective? Objective, int[] Labels, int Events)
    {
        public double[] Probabilities { get; } = new double[Events];

        public double[] Slopes { get; } = new double[Events];
    }
}
