using System.Text.Json;
using Ballast.Core;
using Ballast.Evaluation.Thresholds;
using Ballast.Tests.Shared;
using FsCheck.Xunit;

namespace Ballast.Tests.Evaluation.Thresholds;

public sealed class OperatingPointInconsistencyTests
{
    public static TheoryData<string> Files => GoldenFiles.Matching("threshold-consistency*.json");

    [Theory]
    [MemberData(nameof(Files))]
    public void Every_setting_agrees_with_the_reference(string path)
    {
        using var document = JsonDocument.Parse(File.ReadAllText(path));
        var (inputs, tolerance) = (document.RootElement.GetProperty("inputs"), document.RootElement.GetProperty("tolerance").GetProperty("opis").GetDouble());
        var embeddings = new LabelledEmbeddings(GoldenJson.Doubles(inputs.GetProperty("embeddings")), GoldenJson.Ints(inputs.GetProperty("labels")));
        foreach (var (index, expected) in document.RootElement.GetProperty("expected").GetProperty("opis").EnumerateArray().Index())
        {
            var far = GoldenJson.Doubles(expected.GetProperty("far"));

            var report = OperatingPointInconsistency.Compute(embeddings, new OpisOptions
            {
                FarLow = far[0],
                FarHigh = far[1],
                C = expected.GetProperty("c").GetDouble(),
                Grid = expected.GetProperty("grid").GetInt32(),
                Eps = expected.GetProperty("eps").GetDouble(),
            });

            void Close(string name, params double[] actual) => GoldenJson.Close(GoldenJson.Doubles(expected.GetProperty(name)), actual, tolerance, $"setting {index}, {name}");
            Close("d_min", report.DMin);
            Close("d_max", report.DMax);
            Close("opis", report.Opis);
            Close("eps_opis", report.EpsOpis);
            Close("class_mean_utility", [.. report.ClassCurves.Select(curve => curve.MeanUtility)]);
            Close("utility_at_d_min", [.. report.ClassCurves.Select(curve => curve.Utility[0])]);
            Close("utility_at_d_max", [.. report.ClassCurves.Select(curve => curve.Utility[^1])]);
        }
    }

    [Property(MaxTest = 30)]
    public void Rates_are_those_of_the_definition(int seed)
    {
        var (values, labels) = Draw(seed, [5, 4, 7, 1], 3);
        var embeddings = new LabelledEmbeddings(values, labels);
        var report = OperatingPointInconsistency.Compute(embeddings, new OpisOptions { FarLow = 0.05, FarHigh = 0.4, Grid = 7 });

        foreach (var curve in report.ClassCurves)
            for (var g = 0; g < 7; g++)
            {
                var (reject, accept) = NaiveRates(values, labels, 3, curve.Label, report.Thresholds[g]);
                Assert.Equal(reject, curve.FalseReject[g], 1e-12);
                Assert.Equal(accept, curve.FalseAccept[g], 1e-12);
            }
        Assert.InRange(report.Opis, 0, 0.25);
        Assert.Equal([3], report.SingleRowClasses);
    }

    [Fact]
    public void Order_of_rows_length_and_rotation_do_not_matter()
    {
        var (values, labels) = Draw(1, [20, 15, 12, 30], 2);
        var expected = OperatingPointInconsistency.Compute(new LabelledEmbeddings(values, labels));
        var order = RandomStream.For(3, "order").Permutation(labels.Length);
        double[] turned = [.. order.SelectMany(i => new[] { 0.6 * values[2 * i] - 0.8 * values[2 * i + 1], 0.8 * values[2 * i] + 0.6 * values[2 * i + 1] }.Select(v => v * (i + 1)))];

        var report = OperatingPointInconsistency.Compute(new LabelledEmbeddings(turned, [.. order.Select(i => labels[i] * 10 - 7)]));

        Assert.Equal(expected.Opis, report.Opis, 1e-9);
        Assert.Equal(expected.EpsOpis, report.EpsOpis, 1e-9);
        Assert.Equal(expected.RecallAt1, report.RecallAt1);
        Assert.Equal([-7, 3, 13, 23], report.ClassCurves.Select(curve => curve.Label));
    }

    [Fact]
    public void Classes_that_are_alike_have_no_inconsistency_and_one_that_is_spread_is_the_worst()
    {
        // Ten classes on a circle of axes, each with four equal rows; then one of them spread.
        var labels = Enumerable.Range(0, 40).Select(i => i / 4).ToArray();
        double[] tight = [.. labels.SelectMany(k => Enumerable.Range(0, 10).Select(j => j == k ? 1.0 : 0.001 * Math.Sin(k * 10 + j)))];
        var spread = (double[])tight.Clone();
        for (var i = 12; i < 16; i++)
            spread[i * 10 + (i - 12)] += 3;

        var alike = OperatingPointInconsistency.Compute(new LabelledEmbeddings(tight, labels));
        var unlike = OperatingPointInconsistency.Compute(new LabelledEmbeddings(spread, labels));

        Assert.Equal(1, alike.RecallAt1);
        Assert.True(unlike.Opis > alike.Opis);
        Assert.Equal([3], unlike.WorstShare);
        Assert.Equal(3, unlike.WorstClasses[0].Label);
    }

    [Fact]
    public void Rows_that_are_all_the_same_give_the_value_at_the_one_threshold()
    {
        double[] values = [.. Enumerable.Repeat(new[] { 1.0, 2.0 }, 40).SelectMany(row => row)];

        var report = OperatingPointInconsistency.Compute(new LabelledEmbeddings(values, [.. Enumerable.Range(0, 40).Select(i => i % 4)]));

        Assert.Equal(report.DMin, report.DMax);
        Assert.Equal(0, report.Opis);
        Assert.Equal(0, report.MeanUtility);
    }

    [Fact]
    public void Drawn_negatives_come_near_all_of_them_and_follow_the_seed_alone()
    {
        var (values, labels) = Draw(5, [60, 80, 40, 100, 50], 4);
        var embeddings = new LabelledEmbeddings(values, labels);
        var all = OperatingPointInconsistency.Compute(embeddings);
        OpisReport Sampled(long seed) => OperatingPointInconsistency.Compute(embeddings, new OpisOptions { ExactRows = 100, NegativesPerClass = 5000, PooledNegatives = 100_000, Seed = seed });

        var drawn = Sampled(1);

        Assert.True(drawn.IsSampled && !all.IsSampled);
        Assert.Equal(all.DMax, drawn.DMax, 0.01 * all.DMax + 0.003);
        Assert.Equal(all.Opis, drawn.Opis, 0.05 * all.Opis + 1e-4);
        Assert.Equal(drawn.Opis, Sampled(1).Opis);
        Assert.NotEqual(drawn.Opis, Sampled(2).Opis);
    }

    [Fact]
    public void Recall_counts_the_rows_that_find_their_class()
    {
        double Angle(int i, int j) => j == 0 ? Math.Cos(i * 0.1) : Math.Sin(i * 0.1);
        int[] labels = [0, 0, 1, 0, 1, 2];
        var embeddings = new LabelledEmbeddings([.. Enumerable.Range(0, 6).SelectMany(i => new[] { Angle(i, 0), Angle(i, 1) })], labels);

        // 0 finds 1; 1 lies between 0 and 2, equally far up to rounding; 2 finds 1 or 3, 3 and 4 each other's class; 5 has none of its own.
        Assert.Equal(1, Retrieval.RecallAtK(embeddings, 5));
        Assert.InRange(Retrieval.RecallAtK(embeddings, 1), 1 / 5.0, 2 / 5.0);
        Assert.True(Retrieval.RecallAtK(embeddings, 2) >= Retrieval.RecallAtK(embeddings, 1));
        Assert.True(double.IsNaN(Retrieval.RecallAtK(new LabelledEmbeddings([1, 2, 3], [0, 1, 2]), 1)));
    }

    [Fact]
    public void Bad_input_is_named()
    {
        var (values, labels) = Draw(1, [5, 5], 3);
        var embeddings = new LabelledEmbeddings(values, labels);

        Assert.Contains("Row 2 has length 0", Assert.Throws<ArgumentException>(() => new LabelledEmbeddings([1, 0, 0, 0], [0, 1])).Message);
        Assert.Contains("Row 1 holds a NaN", Assert.Throws<ArgumentException>(() => new LabelledEmbeddings([1, double.NaN, 0, 1], [0, 1])).Message);
        Assert.Throws<ArgumentException>(() => new LabelledEmbeddings([1, 2, 3], [0, 1]));
        Assert.Throws<ArgumentException>(() => new LabelledEmbeddings([], []));
        Assert.Contains("at least two", Assert.Throws<ArgumentException>(() => OperatingPointInconsistency.Compute(new LabelledEmbeddings([1, 2, 3], [0, 0, 1]))).Message);
        Assert.Contains("0.04", Assert.Throws<ArgumentException>(() => OperatingPointInconsistency.Compute(embeddings)).Message);
        Assert.Throws<ArgumentException>(() => OperatingPointInconsistency.Compute(embeddings, new OpisOptions { FarLow = 0.2, FarHigh = 0.1 }));
        Assert.Throws<ArgumentException>(() => OperatingPointInconsistency.Compute(embeddings, new OpisOptions { FarLow = 0.2, FarHigh = 1 }));
        Assert.Throws<ArgumentException>(() => OperatingPointInconsistency.Compute(embeddings, new OpisOptions { FarLow = double.NaN }));
        Assert.Throws<ArgumentOutOfRangeException>(() => new OpisOptions { Grid = 1 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new OpisOptions { Eps = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => Retrieval.RecallAtK(embeddings, 0));
        Assert.ThrowsAny<OperationCanceledException>(() => OperatingPointInconsistency.Compute(embeddings, new OpisOptions { FarLow = 0.1, FarHigh = 0.2 }, cancellation: new CancellationToken(true)));
    }

    private static (double Reject, double Accept) NaiveRates(double[] values, int[] labels, int width, int k, double threshold)
    {
        double Distance(int a, int b)
        {
            double dot = 0, left = 0, right = 0;
            for (var j = 0; j < width; j++)
            {
                dot += values[a * width + j] * values[b * width + j];
                left += values[a * width + j] * values[a * width + j];
                right += values[b * width + j] * values[b * width + j];
            }
            return 1 - dot / Math.Sqrt(left * right);
        }

        int rejected = 0, positives = 0, accepted = 0, negatives = 0;
        for (var a = 0; a < labels.Length; a++)
            for (var b = a + 1; b < labels.Length; b++)
                if (labels[a] == k && labels[b] == k)
                    (positives, rejected) = (positives + 1, rejected + (Distance(a, b) > threshold ? 1 : 0));
                else if (labels[a] == k || labels[b] == k)
                    (negatives, accepted) = (negatives + 1, accepted + (Distance(a, b) <= threshold ? 1 : 0));
        return ((double)rejected / positives, (double)accepted / negatives);
    }

    private static (double[] Values, int[] Labels) Draw(int seed, int[] sizes, int width)
    {
        var random = RandomStream.For(seed, "embeddings");
        int[] labels = [.. sizes.SelectMany((size, k) => Enumerable.Repeat(k, size))];
        double[] centres = [.. Enumerable.Range(0, sizes.Length * width).Select(_ => 2 * random.NextGaussian())];
        return ([.. labels.SelectMany(k => Enumerable.Range(0, width).Select(j => centres[k * width + j] + (k + 1) * 0.5 * random.NextGaussian()))], labels);
    }
}
