using System.Text.Json;
using Ballast.Evaluation.Subpopulations;
using Ballast.Tests.Shared;

namespace Ballast.Tests.Evaluation.Subpopulations;

public sealed class CurveGoldenTests
{
    public static TheoryData<string> Files => GoldenFiles.Matching("accuracy-on-curve*.json");

    [Theory]
    [MemberData(nameof(Files))]
    public void Fits_agree_with_the_reference_on_all_axes(string path)
    {
        using var document = JsonDocument.Parse(File.ReadAllText(path));
        var (expected, tolerance) = (document.RootElement.GetProperty("expected"), document.RootElement.GetProperty("tolerance"));
        foreach (var axes in Enum.GetValues<AccuracyAxes>())
        {
            var report = SubpopulationCurve.Fit(Points(document), new CurveOptions
            {
                Axes = axes,
                MinimumMajorityAccuracy = document.RootElement.GetProperty("inputs").GetProperty("minimum_majority_accuracy").GetDouble(),
                Bins = document.RootElement.GetProperty("inputs").GetProperty("bins").GetInt32(),
                Bootstrap = 20,
            });

            var (fit, own) = (report.Fit!, expected.GetProperty(axes.ToString().ToLowerInvariant()));
            void Close(JsonElement wanted, double actual, string what, string allowed = "abs") =>
                Assert.True(Math.Abs(wanted.GetDouble() - actual) <= tolerance.GetProperty(allowed).GetDouble() * (allowed == "abs" ? 1 : 1 + Math.Abs(actual)), $"{axes}, {what}: expected {wanted}, got {actual:R}.");
            Assert.Equal(expected.GetProperty("used").GetInt32(), report.Used);
            Close(own.GetProperty("linear").GetProperty("intercept"), fit.Linear.Intercept, "intercept");
            Close(own.GetProperty("linear").GetProperty("slope"), fit.Linear.Slope, "slope");
            Close(own.GetProperty("linear").GetProperty("r2"), fit.Linear.R2, "R2 of the line");
            Close(own.GetProperty("quadratic").GetProperty("c0"), fit.Quadratic.C0, "c0");
            Close(own.GetProperty("quadratic").GetProperty("c1"), fit.Quadratic.C1, "c1");
            Close(own.GetProperty("quadratic").GetProperty("c2"), fit.Quadratic.C2, "c2");
            Close(own.GetProperty("quadratic").GetProperty("r2"), fit.Quadratic.R2, "R2 of the parabola");
            Close(own.GetProperty("F"), fit.F, "F", "p_abs");
            Close(own.GetProperty("p"), fit.PValue, "p", "p_abs");
            Close(own.GetProperty("delta_bic"), fit.DeltaBic, "BIC");
            Close(own.GetProperty("sag"), fit.Sag.Value, "sag");
            Assert.Equal(own.GetProperty("turning_point").ValueKind == JsonValueKind.Null, fit.TurningPoint is null);
            if (fit.TurningPoint is { } turning)
                Close(own.GetProperty("turning_point"), turning, "turning point");
            foreach (var (i, slope) in own.GetProperty("slopes_at_10_50_90").EnumerateArray().Index())
                Close(slope, fit.Slopes[i], $"slope {i}");
            Assert.Equal(own.GetProperty("bin_means").GetArrayLength(), fit.BinMeans.Count);
            foreach (var (b, mean) in own.GetProperty("bin_means").EnumerateArray().Index())
                if (mean.ValueKind == JsonValueKind.Null)
                    Assert.Null(fit.BinMeans[b]);
                else
                    Close(mean, fit.BinMeans[b]!.Value, $"bin {b}");
            Close(own.GetProperty("bin_r2"), fit.BinR2, "R2 of the bins");
            Close(own.GetProperty("isotonic_r2"), fit.IsotonicR2, "isotonic R2");
            Close(own.GetProperty("spearman"), fit.Spearman, "rank correlation");
        }
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Choices_agree_with_the_reference(string path)
    {
        using var document = JsonDocument.Parse(File.ReadAllText(path));
        var expected = document.RootElement.GetProperty("expected");

        var choice = SubpopulationFrontier.Of(Points(document));

        Assert.Equal(GoldenJson.Ints(expected.GetProperty("pareto_front_indices")).Order(), choice.ParetoFront);
        Assert.Equal(GoldenJson.Ints(expected.GetProperty("convex_hull_indices_sorted")), choice.ConvexHull);
        Assert.Equal(expected.GetProperty("best_by_majority").GetInt32(), choice.BestByMajority);
        Assert.Equal(expected.GetProperty("best_by_worst_group").GetInt32(), choice.BestByWorstGroup);
        GoldenJson.Close(GoldenJson.Doubles(expected.GetProperty("minority_range_within_1_point_of_best_majority")), [choice.LowestMinority.Value, choice.HighestMinority.Value], 1e-8, "range");
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void The_theory_agrees_with_the_reference(string path)
    {
        using var document = JsonDocument.Parse(File.ReadAllText(path));
        var curve = document.RootElement.GetProperty("expected").GetProperty("theory_curve");
        double Number(string name) => curve.GetProperty(name).GetDouble();

        var points = new TwoFeatureTheory(Number("mu_core"), Number("sigma_core"), Number("mu_spurious"), Number("sigma_spurious"))
            .Curve(curve.GetProperty("weights_core_spurious").EnumerateArray().Select(w => (w[0].GetDouble(), w[1].GetDouble())));

        GoldenJson.Close(GoldenJson.Doubles(curve.GetProperty("majority_minority")), [.. points.SelectMany(p => new[] { p.Majority, p.Minority })], 1e-8, "theory");
    }

    private static SubpopulationPoint[] Points(JsonDocument document) => [.. document.RootElement.GetProperty("inputs").GetProperty("points").EnumerateArray().Select(p =>
    {
        int Count(string name) => p.GetProperty(name).GetInt32();
        return new SubpopulationPoint(Count("majority_correct"), Count("majority_total"), Count("minority_correct"), Count("minority_total"),
            p.TryGetProperty("run", out var run) && run.ValueKind == JsonValueKind.Number ? run.GetInt32() : null);
    })];
}
