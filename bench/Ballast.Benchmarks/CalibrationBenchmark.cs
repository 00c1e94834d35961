using Ballast.Core;
using Ballast.Evaluation.Calibration;
using Ballast.Evaluation.Calibration.ErrorBound;
using Ballast.Numerics.Intervals;
using BenchmarkDotNet.Attributes;

namespace Ballast.Benchmarks;

/// <summary>Calibration errors of 1,000,000 x 10, forty bootstrap draws of one, and h-calibration at 5,000 x 10.</summary>
[MemoryDiagnoser]
public class CalibrationBenchmark
{
    private const int Classes = 10;

    private (Predictions Predictions, int[] Labels) large, small;
    private ErrorBoundObjective objective = new([0], 1);
    private double[] gradient = [];

    [GlobalSetup]
    public void Draw()
    {
        (large, small) = (Rows(1_000_000), Rows(5000));
        objective = new ErrorBoundObjective(small.Labels, Classes);
        gradient = new double[small.Predictions.Values.Length];
    }

    [Benchmark]
    public double Calibration_error() => CalibrationError.TopLabel(large.Predictions, large.Labels);

    [Benchmark]
    public double Classwise_calibration_error() => CalibrationError.Classwise(large.Predictions, large.Labels);

    [Benchmark]
    public Estimate Forty_bootstrap_draws() => CalibrationError.TopLabelEstimate(large.Predictions, large.Labels, new BootstrapOptions { Draws = 40 });

    [Benchmark]
    public double Objective_and_gradient() => objective.Evaluate(small.Predictions.Values, gradient);

    [Benchmark]
    public ITrainedRecalibrator H_calibration() => new HCalibration().Fit(small.Predictions, small.Labels);

    private static (Predictions Predictions, int[] Labels) Rows(int rows)
    {
        var random = RandomStream.For(rows, "benchmark");
        var (logits, labels) = (new double[rows * Classes], new int[rows]);
        for (var i = 0; i < rows; i++)
        {
            var top = random.Next(Classes);
            for (var k = 0; k < Classes; k++)
                logits[i * Classes + k] = random.NextGaussian() + (k == top ? 2 : 0);
            labels[i] = random.NextDouble() < 0.2 ? random.Next(Classes) : top;
        }
        return (new Logits(logits, Classes).ToPredictions(), labels);
    }
}
