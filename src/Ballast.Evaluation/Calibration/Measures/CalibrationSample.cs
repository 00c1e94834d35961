using System.Numerics.Tensors;
using Ballast.Core;
using Ballast.Evaluation.Metrics;

namespace Ballast.Evaluation.Calibration.Measures;

/// <summary>Rows sorted by confidence, with what every resample of them needs worked out once.</summary>
internal sealed class CalibrationSample
{
    private const int Bins = CalibrationError.DefaultBins;
    private const int FineRuns = 100;

    private readonly double[] confidences, hits, losses, residuals;
    private readonly int[] order;
    private readonly byte[] binOfClass, widthBins, runs, fineRuns;
    private readonly int rows, classes;

    public CalibrationSample(Predictions predictions, ReadOnlySpan<int> labels)
    {
        (rows, classes) = (labels.Length, predictions.Classes);
        (order, confidences, hits) = RankedHits.Sort(predictions, labels);
        var values = new double[rows * classes];
        Labels = new int[rows];
        for (var i = 0; i < rows; i++)
        {
            predictions.Row(order[i]).CopyTo(values.AsSpan(i * classes));
            Labels[i] = labels[order[i]];
        }
        Predictions = new Predictions(values, classes);
        losses = ProbabilityLosses.Multiclass(Predictions, Labels);
        (residuals, binOfClass) = (new double[values.Length], new byte[values.Length]);
        var bins = new BinTotals(Bins);
        widthBins = Array.ConvertAll(confidences, confidence => (byte)bins.BinOf(confidence));
        (runs, fineRuns) = (RunsOf(rows, Bins), RunsOf(rows, FineRuns));
        for (var i = 0; i < rows; i++)
            for (var k = 0; k < classes; k++)
            {
                var p = values[i * classes + k];
                binOfClass[i * classes + k] = (byte)bins.BinOf(p);
                residuals[i * classes + k] = (Labels[i] == k ? 1 : 0) - p;
            }
    }

    /// <summary>The rows, by confidence.</summary>
    public Predictions Predictions { get; }

    /// <summary>Their labels.</summary>
    public int[] Labels { get; }

    public Workspace NewWorkspace() => new(rows, classes);

    /// <summary>All metrics of the rows themselves but the kernel error.</summary>
    public void Measure(Workspace workspace, Span<double> statistics)
    {
        workspace.Multiplicities.AsSpan().Fill(1);
        MeasureResample(workspace, statistics);
    }

    /// <summary>All metrics but the kernel error of the resample whose multiplicities the workspace holds.</summary>
    public void MeasureResample(Workspace workspace, Span<double> statistics)
    {
        var (drawnConfidences, drawnHits) = (workspace.Confidences, workspace.Hits);
        var (next, right, brier, logLoss) = (0, 0.0, 0.0, 0.0);
        for (var i = 0; i < rows; i++)
        {
            int count = workspace.Multiplicities[i];
            for (var c = 0; c < count; c++)
                (drawnConfidences[next], drawnHits[next++]) = (confidences[i], hits[i]);
            right += count * hits[i];
            brier += count * losses[2 * i];
            logLoss += count * losses[2 * i + 1];
        }
        var runs = RankedHits.Runs(drawnConfidences, drawnHits, Bins);
        statistics[(int)CalibrationMetric.EqualWidthError] = RankedHits.EqualWidth(drawnConfidences, drawnHits, Bins);
        statistics[(int)CalibrationMetric.EqualMassError] = RankedHits.EqualMass(drawnConfidences, drawnHits, Bins);
        statistics[(int)CalibrationMetric.DebiasedError] = runs.DebiasedL1;
        statistics[(int)CalibrationMetric.DebiasedRootMeanSquareError] = runs.DebiasedL2;
        statistics[(int)CalibrationMetric.SweepError] = RankedHits.Sweep(drawnConfidences, drawnHits, workspace.ConfidenceSums, workspace.HitSums);
        statistics[(int)CalibrationMetric.ClasswiseError] = Classwise(workspace);
        statistics[(int)CalibrationMetric.KolmogorovSmirnov] = RankedHits.KolmogorovSmirnov(drawnConfidences, drawnHits);
        statistics[(int)CalibrationMetric.MaximumMeanError] = RankedHits.MaximumMean(drawnConfidences, drawnHits);
        statistics[(int)CalibrationMetric.LogLoss] = logLoss / rows;
        statistics[(int)CalibrationMetric.Brier] = brier / rows;
        statistics[(int)CalibrationMetric.Accuracy] = right / rows;
    }

    /// <summary>Deviations that a resample has: mean residual of each bin times the bin's share, for bins of equal width, for runs of equally many rows (those of all rows), for finer runs, and for each class (over the number of classes).</summary>
    public int Deviations => FirstClass + classes * Bins;

    /// <summary>Where the deviations of runs begin; those of bins of equal width begin at 0.</summary>
    public const int FirstRun = Bins;

    /// <summary>Where the deviations of fine runs begin.</summary>
    public const int FirstFineRun = 2 * Bins;

    /// <summary>Where the deviations of classes begin.</summary>
    public const int FirstClass = FirstFineRun + FineRuns;

    /// <summary>Share of the rows in each run.</summary>
    public double[] RunShares() => Shares(runs, Bins);

    /// <summary>Share of the rows in each fine run.</summary>
    public double[] FineShares() => Shares(fineRuns, FineRuns);

    private double[] Shares(byte[] of, int count) => [.. Enumerable.Range(0, count).Select(run => (double)of.AsSpan().Count((byte)run) / rows)];

    /// <summary>Mean confidence of each fine run; of one that no row fills, that of the run before.</summary>
    public double[] FineConfidences()
    {
        var means = new double[FineRuns];
        for (var (i, run) = (0, 0); run < FineRuns; run++)
        {
            var (sum, start) = (0.0, i);
            for (; i < rows && fineRuns[i] == run; i++)
                sum += confidences[i];
            means[run] = i > start ? sum / (i - start) : run > 0 ? means[run - 1] : 0;
        }
        return means;
    }

    /// <summary>Computes the deviations of the resample that was measured last with this workspace.</summary>
    public void Deviate(Workspace workspace, Span<double> deviations)
    {
        deviations.Clear();
        for (var i = 0; i < rows; i++)
        {
            var deviation = workspace.Multiplicities[i] * (hits[i] - confidences[i]) / rows;
            deviations[widthBins[i]] += deviation;
            deviations[FirstRun + runs[i]] += deviation;
            deviations[FirstFineRun + fineRuns[i]] += deviation;
        }
        TensorPrimitives.Divide(workspace.ClassTotals, (double)rows * classes, deviations.Slice(FirstClass, classes * Bins));
    }

    // The first n mod B of B runs are one row longer.
    private static byte[] RunsOf(int rows, int runs)
    {
        var of = new byte[rows];
        for (var (i, run) = (0, 0); run < runs && i < rows; run++)
            for (var end = i + rows / runs + (run < rows % runs ? 1 : 0); i < end; i++)
                of[i] = (byte)run;
        return of;
    }

    /// <summary>The class-wise error of a resample.</summary>
    /// <param name="multiplicities">How often each row is in it, in the order the rows came in.</param>
    public double ClasswiseOf(ReadOnlySpan<byte> multiplicities)
    {
        var workspace = NewWorkspace();
        for (var i = 0; i < rows; i++)
            workspace.Multiplicities[i] = multiplicities[order[i]];
        return Classwise(workspace);
    }

    private double Classwise(Workspace workspace)
    {
        var totals = workspace.ClassTotals;
        Array.Clear(totals);
        for (var i = 0; i < rows; i++)
        {
            double count = workspace.Multiplicities[i];
            if (count == 0)
                continue;
            for (var k = 0; k < classes; k++)
                totals[k * Bins + binOfClass[i * classes + k]] += count * residuals[i * classes + k];
        }
        return TensorPrimitives.SumOfMagnitudes<double>(totals) / ((double)rows * classes);
    }

    /// <summary>The buffers of a thread.</summary>
    internal sealed class Workspace(int rows, int classes)
    {
        public byte[] Multiplicities { get; } = new byte[rows];

        public double[] Confidences { get; } = new double[rows];

        public double[] Hits { get; } = new double[rows];

        public double[] ConfidenceSums { get; } = new double[rows + 1];

        public double[] HitSums { get; } = new double[rows + 1];

        public double[] ClassTotals { get; } = new double[classes * Bins];
    }
}
