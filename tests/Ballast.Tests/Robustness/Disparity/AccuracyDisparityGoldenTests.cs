using System.Text.Json;
using Ballast.Learning.Adversarial;
using Ballast.Numerics.Distributions;
using Ballast.Robustness.Disparity;
using Ballast.Tests.Shared;

namespace Ballast.Tests.Robustness.Disparity;

/// <summary>Closed forms of accuracy disparity against the vectors.</summary>
public sealed class AccuracyDisparityGoldenTests
{
    public static TheoryData<string> Files => GoldenFiles.Matching("accuracy-disparity*.json");

    [Theory]
    [MemberData(nameof(Files))]
    public void Gaussian_forecasts_equal_the_reference(string path)
    {
        foreach (var (inputs, expected) in Group(path, "gaussian"))
        {
            var rows = inputs.GetProperty("covariance").EnumerateArray().Select(Doubles).ToArray();
            var covariance = new double[rows.Length, rows.Length];
            for (var i = 0; i < rows.Length; i++)
                for (var j = 0; j < rows.Length; j++)
                    covariance[i, j] = rows[i][j];
            var diagonal = rows.Index().All(row => row.Item.Index().All(entry => entry.Index == row.Index || entry.Item == 0));

            var forecast = AccuracyDisparity.Gaussian(
                Doubles(inputs.GetProperty("mean")), covariance, NormOf(inputs), inputs.GetProperty("eps").GetDouble(), inputs.GetProperty("ratio").GetDouble());

            var tolerance = diagonal ? 1e-6 : 1e-5;
            var w = Doubles(expected.GetProperty("w"));
            Assert.Equal(w.Length, forecast.W.Count);
            Assert.All(w.Zip(forecast.W), pair => Near(pair.First, pair.Second, tolerance));
            var mine = new Dictionary<string, double>
            {
                ["robustMargin"] = forecast.RobustMargin,
                ["naturalMargin"] = forecast.NaturalMargin,
                ["standardMargin"] = forecast.StandardMargin,
                ["interceptInUnitsOfScale"] = forecast.InterceptInUnitsOfScale,
                ["accuracyFrequent"] = forecast.AccuracyFrequent,
                ["accuracyRare"] = forecast.AccuracyRare,
                ["standardAccuracyFrequent"] = forecast.StandardAccuracyFrequent,
                ["standardAccuracyRare"] = forecast.StandardAccuracyRare,
                ["robustAccuracyFrequent"] = forecast.RobustAccuracyFrequent,
                ["robustAccuracyRare"] = forecast.RobustAccuracyRare,
                ["inherentEffect"] = forecast.InherentEffect,
                ["imbalanceEffectFrequent"] = forecast.ImbalanceEffectFrequent,
                ["imbalanceEffectRare"] = forecast.ImbalanceEffectRare,
                ["disparity"] = forecast.Disparity,
                ["standardDisparity"] = forecast.StandardDisparity,
            };
            foreach (var property in expected.EnumerateObject().Where(property => property.Name != "w"))
                Near(property.Value.GetDouble(), mine[property.Name], tolerance);
        }
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Stable_laws_equal_the_reference(string path)
    {
        foreach (var (inputs, expected) in Group(path, "stable"))
        {
            var law = new SymmetricStable(inputs.GetProperty("alpha").GetDouble());
            var x = Doubles(inputs.GetProperty("x"));

            Assert.All(Doubles(expected.GetProperty("cdf")).Zip(x), pair => Assert.Equal(pair.First, law.Cdf(pair.Second), 1e-7));
            Assert.All(Doubles(expected.GetProperty("density")).Zip(x), pair => Assert.Equal(pair.First, law.Density(pair.Second), 1e-7));
        }
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Cauchy_intercepts_equal_the_reference(string path)
    {
        foreach (var (inputs, expected) in Group(path, "cauchyIntercept"))
        {
            var (margin, ratio) = (inputs.GetProperty("margin").GetDouble(), inputs.GetProperty("ratio").GetDouble());

            var forecast = AccuracyDisparity.Stable([margin], 1, 1, 0, ratio);

            Assert.Equal(expected.GetProperty("collapsed").GetBoolean(), forecast.Collapsed);
            if (expected.GetProperty("intercept") is { ValueKind: JsonValueKind.Number } intercept)
                Assert.Equal(intercept.GetDouble(), forecast.InterceptInUnitsOfScale, 1e-6);
            Assert.Equal(expected.GetProperty("error").GetDouble(), (ratio * (1 - forecast.RobustAccuracyFrequent) + 1 - forecast.RobustAccuracyRare) / (1 + ratio), 1e-6);
        }
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Critical_ratios_equal_the_reference(string path)
    {
        foreach (var (inputs, expected) in Group(path, "criticalRatio"))
        {
            var critical = AccuracyDisparity.CriticalRatio(inputs.GetProperty("margin").GetDouble());

            Assert.Equal(expected.GetProperty("ratio").GetDouble(), critical.Ratio, 1e-6);
            Assert.Equal(expected.GetProperty("likelihoodRatioMaximum").GetDouble(), critical.LikelihoodRatioMaximum, 1e-6);
        }
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Directions_under_stable_noise_equal_the_reference(string path)
    {
        foreach (var (inputs, expected) in Group(path, "direction"))
        {
            var forecast = AccuracyDisparity.Stable(
                Doubles(inputs.GetProperty("mean")), inputs.GetProperty("alpha").GetDouble(), inputs.GetProperty("scale").GetDouble(), inputs.GetProperty("eps").GetDouble(), ratio: 1);

            Assert.All(Doubles(expected.GetProperty("w")).Zip(forecast.W), pair => Assert.Equal(pair.First, pair.Second, 1e-8));
            Assert.Equal(expected.GetProperty("robustMargin").GetDouble(), forecast.RobustMargin, 1e-8);
            Assert.Equal(expected.GetProperty("naturalMargin").GetDouble(), forecast.NaturalMargin, 1e-8);
        }
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Robust_logistic_losses_equal_the_reference(string path)
    {
        foreach (var (inputs, expected) in Group(path, "robustLogistic"))
        {
            var x = inputs.GetProperty("x").EnumerateArray().SelectMany(Doubles).ToArray();
            var y = Array.ConvertAll(Doubles(inputs.GetProperty("y")), value => (int)value);
            var model = new LinearClassifier(Doubles(inputs.GetProperty("w")), inputs.GetProperty("b").GetDouble());

            var (loss, gradientW, gradientB) = new RobustLogisticRegression(NormOf(inputs), inputs.GetProperty("eps").GetDouble()).LossAt(x, y, model);

            Assert.Equal(expected.GetProperty("loss").GetDouble(), loss, 1e-8);
            Assert.All(Doubles(expected.GetProperty("gradientW")).Zip(gradientW), pair => Assert.Equal(pair.First, pair.Second, 1e-8));
            Assert.Equal(expected.GetProperty("gradientB").GetDouble(), gradientB, 1e-8);
        }
    }

    private static void Near(double wanted, double actual, double relative) => Assert.Equal(wanted, actual, Math.Max(relative * Math.Abs(wanted), 1e-12));

    private static PerturbationNorm NormOf(JsonElement inputs) => inputs.GetProperty("norm").GetString() == "2" ? PerturbationNorm.L2 : PerturbationNorm.LInfinity;

    private static IEnumerable<(JsonElement Inputs, JsonElement Expected)> Group(string path, string name)
    {
        using var document = JsonDocument.Parse(File.ReadAllText(path));
        var root = document.RootElement.Clone();
        return root.TryGetProperty(name, out var group) ? [.. group.EnumerateArray().Select(entry => (entry.GetProperty("inputs"), entry.GetProperty("expected")))] : [];
    }

    private static double[] Doubles(JsonElement array) => [.. array.EnumerateArray().Select(item => item.GetDouble())];
}
