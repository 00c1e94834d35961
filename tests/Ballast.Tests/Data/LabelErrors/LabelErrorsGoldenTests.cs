using System.Text.Json;
using Ballast.Core;
using Ballast.Data.LabelErrors;
using Ballast.Exchange;
using Ballast.Tests.Shared;

namespace Ballast.Tests.Data.LabelErrors;

public sealed class LabelErrorsGoldenTests
{
    private const double Tolerance = 1e-8;

    private static readonly (string Name, LabelIssueFilter Filter)[] Filters =
    [
        ("prune_by_noise_rate", LabelIssueFilter.PruneByNoiseRate), ("prune_by_class", LabelIssueFilter.PruneByClass), ("both", LabelIssueFilter.Both),
        ("confident_learning", LabelIssueFilter.ConfidentLearning), ("predicted_neq_given", LabelIssueFilter.PredictedNotGiven),
        ("low_self_confidence", LabelIssueFilter.LowSelfConfidence), ("low_normalized_margin", LabelIssueFilter.LowNormalizedMargin),
    ];

    private static readonly (string Name, LabelQualityScore Score)[] Scores =
    [
        ("self_confidence", LabelQualityScore.SelfConfidence), ("normalized_margin", LabelQualityScore.NormalizedMargin),
        ("confidence_weighted_entropy", LabelQualityScore.ConfidenceWeightedEntropy),
    ];

    public static TheoryData<string> Files => GoldenFiles.Matching("label-errors*.json");

    [Theory]
    [MemberData(nameof(Files))]
    public void Agrees_with_the_reference(string path)
    {
        using var document = JsonDocument.Parse(File.ReadAllText(path));
        var (inputs, expected) = (document.RootElement.GetProperty("inputs"), document.RootElement.GetProperty("expected"));
        if (inputs.ValueKind == JsonValueKind.Object)
        {
            RealData(path, inputs, expected);
            return;
        }
        for (var i = 0; i < inputs.GetArrayLength(); i++)
            SmallCase(inputs[i], expected[i]);
    }

    private static void SmallCase(JsonElement input, JsonElement expected)
    {
        var rows = Json.Doubles2(input.GetProperty("pred_probs"));
        var predictions = new Predictions([.. rows.SelectMany(r => r)], rows[0].Length);
        var labels = Json.Ints(input.GetProperty("labels"));

        Steps1To6(labels, predictions, expected);
        foreach (var suffix in new[] { "", "_frac_noise_0.5", "_min_examples_5" })
            CheckIssues(labels, predictions, expected.GetProperty("issues" + suffix), suffix switch
            {
                "_frac_noise_0.5" => new LabelIssueOptions { FracNoise = 0.5 },
                "_min_examples_5" => new LabelIssueOptions { MinExamplesPerClass = 5 },
                _ => new LabelIssueOptions(),
            });
        Assert.Equal(Json.Ints(expected.GetProperty("issues_argmax_confusion")), Flagged(labels, predictions, new() { JointCounts = JointCounts.ArgmaxConfusion }));

        foreach (var (name, score) in Scores)
        {
            if (expected.GetProperty("quality").TryGetProperty(name, out var quality))
                AssertClose(Json.Doubles(quality), LabelQuality.Score(labels, predictions, score));
            if (expected.GetProperty("quality_adjusted").TryGetProperty(name, out var adjusted))
                AssertClose(Json.Doubles(adjusted), LabelQuality.Score(labels, predictions, score, adjustForThresholds: true));
            if (expected.GetProperty("ranked_by").TryGetProperty(name, out var ranked))
                Assert.Equal(Json.Ints(ranked), LabelIssueFinder.Find(labels, predictions, new() { RankBy = score }).Ranked);
        }
        CheckHealth(DatasetHealth.Summarise(labels, predictions), expected);
        CheckHealth(DatasetHealth.Of(LabelIssueFinder.Find(labels, predictions)), expected);
    }

    private static void Steps1To6(int[] labels, Predictions predictions, JsonElement expected)
    {
        AssertClose(Json.Doubles(expected.GetProperty("confident_thresholds")), ConfidentLearning.Thresholds(labels, predictions));
        var joint = ConfidentLearning.ConfidentJoint(labels, predictions);
        Assert.Equal(Json.Ints2(expected.GetProperty("confident_joint_uncalibrated")), Rows(joint.Counts));
        if (expected.TryGetProperty("off_diagonal_indices", out var offDiagonal))
            Assert.Equal(Json.Ints(offDiagonal), joint.OffDiagonalRows);
        var counts = new int[predictions.Classes];
        foreach (var label in labels)
            counts[label]++;
        var calibrated = ConfidentLearning.Calibrate(joint.Counts, counts);
        Assert.Equal(Json.Ints2(expected.GetProperty("confident_joint_calibrated")), Rows(calibrated));
        if (expected.TryGetProperty("joint", out var distribution))
            AssertClose(Json.Doubles2(distribution), Rows(ConfidentLearning.Joint(calibrated)));

        foreach (var (name, method, converge) in new[]
        {
            ("latent_cnt", PriorMethod.Count, false), ("latent_eqn", PriorMethod.Equation, false), ("latent_marginal", PriorMethod.Marginal, false),
            ("latent_marginal_ps", PriorMethod.MarginalGivenShares, false), ("latent_cnt_converged", PriorMethod.Count, true),
        })
        {
            if (!expected.TryGetProperty(name, out var latent))
                continue;
            if (latent.ValueKind == JsonValueKind.Null)
            {
                Assert.Throws<ArgumentException>(() => ConfidentLearning.EstimateLatent(calibrated, counts, method, converge));
                continue;
            }
            var estimate = ConfidentLearning.EstimateLatent(calibrated, counts, method, converge);
            AssertClose(Json.Doubles(latent.GetProperty("py")), estimate.Prior);
            AssertClose(Json.Doubles2(latent.GetProperty("noise_matrix")), Rows(estimate.NoiseMatrix));
            AssertClose(Json.Doubles2(latent.GetProperty("inverse_noise_matrix")), Rows(estimate.InverseNoiseMatrix));
        }
        var number = expected.GetProperty("num_label_issues");
        Assert.Equal(number.GetProperty("off_diagonal").GetInt32(), ConfidentLearning.NumberOfIssues(labels, predictions));
        Assert.Equal(
            number.GetProperty("off_diagonal_calibrated").GetInt32(),
            ConfidentLearning.NumberOfIssues(labels, predictions, IssueCountMethod.OffDiagonalCalibrated));
    }

    private static void CheckIssues(int[] labels, Predictions predictions, JsonElement expected, LabelIssueOptions options)
    {
        foreach (var (name, filter) in Filters)
            if (expected.TryGetProperty(name, out var rows))
                Assert.Equal(Json.Ints(rows), Flagged(labels, predictions, options with { Filter = filter }));
    }

    private static void CheckHealth(DatasetHealth health, JsonElement expected)
    {
        var classes = expected.GetProperty("class_quality");
        Assert.Equal(Json.Ints(classes.GetProperty("Class Index")), health.Classes.Select(c => c.Class));
        Assert.Equal(Json.Ints(classes.GetProperty("Label Issues")), health.Classes.Select(c => c.LabelIssues));
        Assert.Equal(Json.Ints(classes.GetProperty("Inverse Label Issues")), health.Classes.Select(c => c.InverseLabelIssues));
        AssertClose(Json.Doubles(classes.GetProperty("Label Noise")), [.. health.Classes.Select(c => c.LabelNoise)]);
        AssertClose(Json.Doubles(classes.GetProperty("Inverse Label Noise")), [.. health.Classes.Select(c => c.InverseLabelNoise)]);
        AssertClose(Json.Doubles(classes.GetProperty("Label Quality Score")), [.. health.Classes.Select(c => c.LabelQuality)]);
        var overlaps = expected.GetProperty("overlapping_classes");
        Assert.Equal(Json.Ints(overlaps.GetProperty("Class Index A")), health.Overlaps.Select(o => o.First));
        Assert.Equal(Json.Ints(overlaps.GetProperty("Class Index B")), health.Overlaps.Select(o => o.Second));
        Assert.Equal(Json.Ints(overlaps.GetProperty("Num Overlapping Examples")), health.Overlaps.Select(o => o.Rows));
        AssertClose(Json.Doubles(overlaps.GetProperty("Joint Probability")), [.. health.Overlaps.Select(o => o.JointProbability)]);
        Assert.Equal(expected.GetProperty("overall_health").GetDouble(), health.Overall, Tolerance);
    }

    private static void RealData(string fixture, JsonElement inputs, JsonElement expected)
    {
        var root = DataRoot(fixture, inputs.GetProperty("probabilities").GetString()!);
        Assert.SkipWhen(root is null, $"No folder above {Path.GetFileName(fixture)} holds {inputs.GetProperty("probabilities").GetString()}.");
        string In(string name) => Path.Combine(root!, inputs.GetProperty(name).GetString()!);
        var probabilities = NpyFile.Read<double>(In("probabilities"));
        var predictions = new Predictions(probabilities.Values, probabilities.Shape[1]);
        var labels = NpyFile.Read<int>(In("labels")).Values;

        Assert.Equal(expected.GetProperty("n").GetInt32(), predictions.Count);
        Assert.Equal(expected.GetProperty("classes").GetInt32(), predictions.Classes);
        Assert.Equal(expected.GetProperty("values_outside_0_1").GetInt32(), predictions.Clipped);
        Steps1To6(labels, predictions, expected);
        CheckIssues(labels, predictions, expected.GetProperty("issues"), new LabelIssueOptions());
        var issues = LabelIssueFinder.Find(labels, predictions);
        Assert.Equal(Json.Ints(expected.GetProperty("top_50_by_normalized_margin")), issues.Ranked.Take(50));
        Assert.Equal(expected.GetProperty("argmax_accuracy").GetDouble(), labels.Zip(issues.SuggestedLabel).Average(p => p.First == p.Second ? 1.0 : 0), Tolerance);
        Assert.Equal(expected.GetProperty("overall_health").GetDouble(), DatasetHealth.Of(issues).Overall, Tolerance);
        Verdicts(LabelVerdicts.Read(In("verdicts")), labels, predictions, expected);
    }

    private static void Verdicts(LabelVerdicts verdicts, int[] labels, Predictions predictions, JsonElement expected)
    {
        Assert.Equal(expected.GetProperty("reviewed").GetInt32(), verdicts.Reviewed.Count);
        Assert.Equal(expected.GetProperty("human_confirmed_errors").GetInt32(), verdicts.ConfirmedErrors.Count());
        Assert.Equal(expected.GetProperty("correctable").GetInt32(), verdicts.Correctable.Count());
        Assert.Equal(expected.GetProperty("unknown_label").GetInt32(), verdicts.UnknownLabel.Count());
        foreach (var (name, filter) in Filters)
        {
            if (!expected.GetProperty("confirmed_among_flagged").TryGetProperty(name, out var counts))
                continue;
            var flagged = Flagged(labels, predictions, new() { Filter = filter }).ToHashSet();
            int[] found = [verdicts.ConfirmedErrors.Count(v => flagged.Contains(v.Row)), verdicts.Reviewed.Count(v => flagged.Contains(v.Row)), flagged.Count];
            Assert.Equal(Json.Ints(counts), found);
        }
    }

    /// <summary>The first folder, from the fixture's own upwards, that holds the path itself or in its sub-folder <c>shared</c>.</summary>
    private static string? DataRoot(string fixture, string relative)
    {
        for (var folder = new FileInfo(fixture).Directory; folder is not null; folder = folder.Parent)
            foreach (var root in new[] { folder.FullName, Path.Combine(folder.FullName, "shared") })
                if (File.Exists(Path.Combine(root, relative)))
                    return root;
        return null;
    }

    private static int[] Flagged(int[] labels, Predictions predictions, LabelIssueOptions options)
    {
        var issues = LabelIssueFinder.Find(labels, predictions, options);
        Assert.Equal(issues.Mask.Count(m => m), issues.Ranked.Length);
        return [.. issues.Ranked.Order()];
    }

    private static T[][] Rows<T>(T[,] matrix) =>
        [.. Enumerable.Range(0, matrix.GetLength(0)).Select(i => Enumerable.Range(0, matrix.GetLength(1)).Select(j => matrix[i, j]).ToArray())];

    private static void AssertClose(double[] expected, double[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (var i = 0; i < expected.Length; i++)
            Assert.True(Math.Abs(expected[i] - actual[i]) <= Tolerance, $"Value {i}: expected {expected[i]}, found {actual[i]}.");
    }

    private static void AssertClose(double[][] expected, double[][] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (var i = 0; i < expected.Length; i++)
            AssertClose(expected[i], actual[i]);
    }

    private static class Json
    {
        public static int[] Ints(JsonElement array) => [.. array.EnumerateArray().Select(e => e.GetInt32())];

        public static int[][] Ints2(JsonElement array) => [.. array.EnumerateArray().Select(Ints)];

        public static double[] Doubles(JsonElement array) => [.. array.EnumerateArray().Select(e => e.GetDouble())];

        public static double[][] Doubles2(JsonElement array) => [.. array.EnumerateArray().Select(Doubles)];
    }
}
