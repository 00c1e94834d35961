using System.Text.Json;
using Ballast.Generalization.RandomFeatures;
using Ballast.Tests.Shared;

namespace Ballast.Tests.Generalization.RandomFeatures;

/// <summary>Units, fits, the filter identity, and both floors against independent code.</summary>
public sealed class BandlimitedGoldenTests
{
    public static TheoryData<string> Files => GoldenFiles.Matching("bandlimited-features*.json");

    [Theory]
    [MemberData(nameof(Files))]
    public void Hidden_units_are_the_golden_ones(string file) => With(file, "hidden", (input, expected) =>
    {
        foreach (var activation in expected.EnumerateObject())
        {
            var units = new RandomUnits(Enum.Parse<FeatureActivation>(activation.Name), Doubles(input, "a"), Doubles(input, "b"));

            GoldenJson.Close(GoldenJson.Doubles(activation.Value), units.Hidden(Doubles(input, "x")), 1e-12, activation.Name);
        }
    });

    [Theory]
    [MemberData(nameof(Files))]
    public void Fits_are_the_golden_ones(string file) => With(file, "fit", (inputs, expected) =>
    {
        foreach (var (input, golden) in inputs.EnumerateArray().Zip(expected.EnumerateArray()))
        {
            var options = new RandomFeatureOptions { Ridge = Optional(input, "ridge"), Cutoff = Optional(input, "cutoff") ?? 1e-10 };
            var units = new RandomUnits(Enum.Parse<FeatureActivation>(input.GetProperty("activation").GetString()!), Doubles(input, "a"), Doubles(input, "b"));

            var model = new RandomFeatureRegressor(options).FitUnits(units, Doubles(input, "x"), Doubles(input, "y"));

            GoldenJson.Close(Doubles(golden, "beta"), model.Coefficients.ToArray(), 1e-7, "beta");
            GoldenJson.Close(Doubles(golden, "singular_values"), [.. model.SingularValues], 1e-7, "singular values");
            GoldenJson.Close([golden.GetProperty("residual_norm").GetDouble(), golden.GetProperty("l1_without_intercept").GetDouble()], [model.ResidualNorm, model.CoefficientL1], 1e-7, "norms");
        }
    });

    [Theory]
    [MemberData(nameof(Files))]
    public void Reconstructions_and_their_errors_are_the_golden_ones(string file) => With(file, "filter", (input, expected) =>
    {
        var (f, x) = (Mixture(input), Doubles(input, "x"));
        foreach (var golden in expected.EnumerateArray())
        {
            var bandwidth = golden.GetProperty("bandwidth").GetDouble();

            GoldenJson.Close(Doubles(golden, "reconstruction"), [.. x.Select(f.LowPass(bandwidth).At)], 1e-6, "low-pass");
            GoldenJson.Close([golden.GetProperty("squared_error").GetDouble()], [Ridgelet.LowPassError(f, bandwidth)], 1e-6, "error");
        }
        var narrow = expected.EnumerateArray().First();
        GoldenJson.Close(Doubles(narrow, "reconstruction"), Ridgelet.Reconstruct1D(f.At, x, narrow.GetProperty("bandwidth").GetDouble(), -3, 4), 1e-4, "quadrature");
    });

    [Theory]
    [MemberData(nameof(Files))]
    public void Ridgelet_transforms_are_the_golden_ones(string file)
    {
        using var golden = JsonDocument.Parse(File.ReadAllText(file));
        if (!golden.RootElement.GetProperty("inputs").TryGetProperty("ridgelet", out var input))
            return;
        var f = Mixture(golden.RootElement.GetProperty("inputs").GetProperty("filter"));

        var values = input.GetProperty("points").EnumerateArray().Select(point => Ridgelet.Transform1D(f.At, point[0].GetDouble(), point[1].GetDouble(), -3, 4)).ToArray();

        GoldenJson.Close(GoldenJson.Doubles(golden.RootElement.GetProperty("expected").GetProperty("ridgelet")), values, 1e-6, "transform");
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Budget_floors_are_the_golden_ones(string file) => With(file, "budget_floor", (input, expected) =>
    {
        var f = Mixture(input);
        foreach (var (one, golden) in input.GetProperty("cases").EnumerateArray().Zip(expected.EnumerateArray()))
            Assert.Equal(golden.GetProperty("floor").GetDouble(), Ridgelet.BudgetFloor(f, one.GetProperty("bandwidth").GetDouble(), one.GetProperty("budget").GetDouble()), 2e-4);
    });

    [Theory]
    [MemberData(nameof(Files))]
    public void Floor_curves_are_the_golden_ones(string file) => With(file, "floor_curve", (input, expected) =>
    {
        var curve = new FloorCurve(Doubles(input, "K"), Doubles(input, "y"));
        foreach (var golden in expected.EnumerateArray())
        {
            var point = curve.At(golden.GetProperty("ridge").GetDouble());

            double[] wanted = [golden.GetProperty("residual_squared").GetDouble(), golden.GetProperty("norm_squared").GetDouble(), golden.GetProperty("effective_rank").GetDouble()];
            Assert.All(wanted.Zip([point.ResidualSquared, point.NormSquared, point.EffectiveRank]), pair => Assert.InRange(pair.Second / pair.First, 1 - 1e-8, 1 + 1e-8));
        }
    });

    private static GaussianMixture Mixture(JsonElement input) => new([.. input.GetProperty("mixture").EnumerateArray()
        .Select(part => (part.GetProperty("weight").GetDouble(), part.GetProperty("centre").GetDouble(), part.GetProperty("width").GetDouble()))]);

    private static double[] Doubles(JsonElement element, string name) => GoldenJson.Doubles(element.GetProperty(name));

    private static double? Optional(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number ? value.GetDouble() : null;

    private static void With(string file, string group, Action<JsonElement, JsonElement> check)
    {
        using var golden = JsonDocument.Parse(File.ReadAllText(file));
        if (golden.RootElement.GetProperty("inputs").TryGetProperty(group, out var input))
            check(input, golden.RootElement.GetProperty("expected").GetProperty(group));
    }
}
