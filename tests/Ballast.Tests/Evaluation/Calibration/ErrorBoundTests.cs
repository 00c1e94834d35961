using Ballast.Core;
using Ballast.Evaluation.Calibration;
using Ballast.Evaluation.Calibration.ErrorBound;
using FsCheck.Xunit;

namespace Ballast.Tests.Evaluation.Calibration;

public sealed class ErrorBoundTests
{
    // Steps 1 to 6 as they are written, window by window.
    private static double Naive(Predictions predictions, int[] labels, ErrorBoundOptions options)
    {
        var classes = predictions.Classes;
        int[] left = options.LeftOut == ClassesLeftOut.None ? [-1] : [.. Enumerable.Range(0, classes).Where(k => labels.Contains(k) && labels.Any(label => label != k))];
        return left.Average(leftOut =>
        {
            var events = Enumerable.Range(0, labels.Length).Where(i => labels[i] != leftOut)
                .SelectMany(i => Enumerable.Range(0, classes).Select(k => (P: predictions[i, k], E: labels[i] == k ? 1.0 : 0)))
                .OrderBy(pair => Math.Log(pair.P + 1e-20)).ToArray();
            var half = Math.Min(options.Window, events.Length / 4) / 2;
            var v = events.Select((_, j) => Math.Max(0, Math.Abs(Enumerable.Range(j - half, 2 * half + 1).Where(i => i >= 0 && i < events.Length).Sum(i => events[i].P - events[i].E)) / (2 * half + 1) - options.Epsilon)).ToArray();
            if (options.Aggregation == EventAggregation.Unweighted)
                return v.Average();
            var centroids = OneDimensionalKMeans.Centroids([.. events.Select(pair => pair.P)]);
            return v.Select((value, j) => (value, Cluster: Array.IndexOf(centroids, centroids.MinBy(c => Math.Abs(c - events[j].P))))).GroupBy(pair => pair.Cluster)
                .Sum(cluster => cluster.Sum(pair => pair.value) / (cluster.Count() + 1e-5)) / centroids.Length;
        });
    }

    [Property(MaxTest = 30)]
    public void The_fast_objective_equals_the_written_one(byte seed, bool unweighted, bool together)
    {
        var (predictions, labels) = RecalibratorTests.Distorted(20 + seed % 50, 2 + seed % 4, 2, seed);
        var options = new ErrorBoundOptions
        {
            Window = 8,
            Epsilon = seed % 3 == 0 ? 0.02 : 1e-20,
            Aggregation = unweighted ? EventAggregation.Unweighted : EventAggregation.Clusters,
            LeftOut = together ? ClassesLeftOut.None : ClassesLeftOut.EachInTurn,
        };

        var value = new ErrorBoundObjective(labels, predictions.Classes, options).Evaluate(predictions.Values, new double[predictions.Values.Length]);

        Assert.Equal(Naive(predictions, labels, options), value, 1e-9);
    }

    public static TheoryData<HCalibrationMap> Maps =>
        [new HCalibrationMap.PiecewiseLinear(4), new HCalibrationMap.TemperatureEnsemble(3), new HCalibrationMap.MonotoneNetwork(3)];

    [Theory]
    [MemberData(nameof(Maps))]
    public void Slopes_in_the_parameters_equal_finite_differences(HCalibrationMap map)
    {
        var (predictions, labels) = RecalibratorTests.Distorted(80, 3, 2, seed: 3);
        var logs = Logits.From(predictions).Normalised().Values.ToArray();
        var family = map.Family(logs, 0.7, seed: 1);
        var bound = family.Bind(logs, 3);
        var (probabilities, slopes) = (new double[logs.Length], new double[logs.Length]);
        var parameters = family.Start;
        // Away from the start, where the sign of a slope or a kink of the network could hide.
        for (var j = 0; j < parameters.Length; j++)
            parameters[j] += 0.03 * Math.Sin(j + 1);
        double Loss(double[] at)
        {
            bound.Forward(at, probabilities);
            return probabilities.Select((p, i) => Math.Cos(i) * p * p).Sum();
        }

        var gradient = new double[parameters.Length];
        Loss(parameters);
        for (var i = 0; i < slopes.Length; i++)
            slopes[i] = 2 * Math.Cos(i) * probabilities[i];
        bound.Backward(parameters, probabilities, slopes, gradient);

        for (var j = 0; j < parameters.Length; j++)
        {
            var (up, down) = ((double[])parameters.Clone(), (double[])parameters.Clone());
            (up[j], down[j]) = (up[j] + 1e-6, down[j] - 1e-6);
            Assert.Equal((Loss(up) - Loss(down)) / 2e-6, gradient[j], 1e-4 * (1 + Math.Abs(gradient[j])));
        }
    }

    [Fact]
    public void The_tabulated_network_is_the_integrated_one()
    {
        var (predictions, _) = RecalibratorTests.Distorted(200, 4, 2, seed: 4);
        var logs = Logits.From(predictions).Normalised().Values.ToArray();
        var family = new HCalibrationMap.MonotoneNetwork(10).Family(logs, 0.6, seed: 2);
        var tabulated = new double[logs.Length];

        family.Bind(logs, 4).Forward(family.Start, tabulated);

        Assert.All(tabulated.Zip(family.ToMap(family.Start).Apply(predictions).Values.ToArray()), pair => Assert.Equal(pair.First, pair.Second, 1e-3));
    }

    [Fact]
    public void Clenshaw_and_Curtis_integrate_polynomials_exactly()
    {
        var (nodes, weights) = ClenshawCurtis.Rule(10);

        Assert.Equal(2, weights.Sum(), 1e-12);
        Assert.Equal(2.0 / 9, weights.Zip(nodes, (w, c) => w * Math.Pow(c, 8)).Sum(), 1e-12);
        Assert.Throws<ArgumentOutOfRangeException>(() => ClenshawCurtis.Rule(7));
    }

    [Fact]
    public void Clusters_without_members_keep_their_centroids_and_ties_go_to_the_lower()
    {
        double[] same = [.. Enumerable.Repeat(0.5, 20)];

        Assert.Equal(Enumerable.Repeat(0.5, 15), OneDimensionalKMeans.Centroids(same));
        Assert.Equal([0.25, 1.0], OneDimensionalKMeans.Centroids([0, 0.5, 1], clusters: 2));
    }

    [Fact]
    public void What_cannot_be_fitted_is_refused_and_what_is_reduced_is_said()
    {
        var recalibrator = new HCalibration();
        var (predictions, labels) = RecalibratorTests.Distorted(5, 3, 2, seed: 5);

        Assert.Contains("5 rows are too few for 3 classes", Assert.Throws<ArgumentException>(() => recalibrator.Fit(predictions, labels)).Message, StringComparison.Ordinal);
        var notes = recalibrator.Notes([0, 0, 1, 1, 0, 1], 3);
        Assert.Contains(notes, note => note.StartsWith("1 of 3 classes have no rows", StringComparison.Ordinal));
        Assert.Contains(notes, note => note.Contains("window of 200 events falls to", StringComparison.Ordinal));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ErrorBoundOptions { Window = 3 });
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();
        var (many, manyLabels) = RecalibratorTests.Distorted(100, 3, 2, seed: 5);
        Assert.Throws<OperationCanceledException>(() => recalibrator.Fit(many, manyLabels, cancelled.Token));
    }

    [Fact]
    public void A_bend_that_no_temperature_undoes_is_undone()
    {
        var (straight, labels) = RecalibratorTests.Distorted(3000, 4, 1, seed: 6);
        var bent = new Logits([.. Logits.From(straight).Values.ToArray().Select(z => -(0.5 * Math.Min(-z, 1) + 2.2 * Math.Max(-z - 1, 0)))], 4);
        double Distance(LogitRecalibrator recalibrator) =>
            recalibrator.Fit(bent, labels).Apply(bent).Values.ToArray().Zip(straight.Values.ToArray(), (p, q) => Math.Abs(p - q)).Average();

        Assert.True(Distance(new HCalibration(new() { Steps = 150, LearningRate = 0.03, LearningRateDecay = 0.98, HeldOut = 0, Selection = StepSelection.LastStep })) < 0.75 * Distance(new TemperatureScaling()));
    }
}
