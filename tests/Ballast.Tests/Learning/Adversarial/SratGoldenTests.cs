using System.Text.Json;
using Ballast.Learning.Adversarial;
using Ballast.Learning.Tabular;
using Ballast.Tests.Shared;
using static TorchSharp.torch;

namespace Ballast.Tests.Learning.Adversarial;

/// <summary>What SRAT adds to adversarial training, against the vectors: separation of features, weights, the theory of two Gaussians.</summary>
public sealed class SratGoldenTests
{
    public static TheoryData<string> Files => GoldenFiles.Matching("srat*.json");

    [Theory]
    [MemberData(nameof(Files))]
    public void Separation_and_its_gradient_equal_the_reference(string path)
    {
        foreach (var (inputs, expected) in Group(path, "separation"))
        {
            using var scope = NewDisposeScope();
            var rows = inputs.GetProperty("features").EnumerateArray().Select(Doubles).ToArray();
            var features = tensor(rows.SelectMany(row => row).ToArray()).reshape(rows.Length, -1).requires_grad_();
            var labels = tensor(Array.ConvertAll(Doubles(inputs.GetProperty("labels")), value => (long)value));
            var balanced = inputs.TryGetProperty("balancedAnchors", out var flag) && flag.GetBoolean();
            var counts = balanced ? Array.ConvertAll(Doubles(inputs.GetProperty("trainingCounts")), value => (int)value) : null;

            var loss = new SeparationLoss(inputs.GetProperty("temperature").GetDouble(), counts).Forward(features, labels);
            loss.backward();

            Assert.Equal(expected.GetProperty("loss").GetDouble(), loss.item<double>(), 1e-7);
            var wanted = expected.GetProperty("gradient").EnumerateArray().SelectMany(Doubles).ToArray();
            var gradient = features.grad!.data<double>().ToArray();
            Assert.Equal(wanted.Length, gradient.Length);
            Assert.All(wanted.Zip(gradient), pair => Assert.Equal(pair.First, pair.Second, 1e-7));
        }
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Effective_number_weights_equal_the_reference(string path)
    {
        foreach (var (inputs, expected) in Group(path, "effectiveNumber"))
        {
            var counts = Array.ConvertAll(Doubles(inputs.GetProperty("counts")), value => (int)value);

            var weights = ClassWeights.EffectiveNumber(counts, inputs.GetProperty("beta").GetDouble()).Values!;

            Assert.All(Doubles(expected.GetProperty("weights")).Zip(weights, (wanted, mine) => (wanted, mine)), pair => Assert.Equal(pair.wanted, pair.mine, 1e-9));
        }
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Forecasts_for_two_Gaussians_equal_the_reference(string path)
    {
        foreach (var (inputs, expected) in Group(path, "separability"))
        {
            double Input(string name) => inputs.GetProperty(name).GetDouble();
            var forecast = new SeparabilityForecast(Input("eta"), Input("sigma"), (int)Input("dimension"), Input("eps"), Input("ratio"));

            var point = forecast.At(Input("rareWeight"));

            double Wanted(string name) => expected.GetProperty(name).GetDouble();
            Assert.Equal(Wanted("frequentError"), point.FrequentError, 1e-9);
            Assert.Equal(Wanted("rareError"), point.RareError, 1e-9);
            Assert.Equal(Wanted("robustFrequentError"), point.RobustFrequentError, 1e-9);
            Assert.Equal(Wanted("robustRareError"), point.RobustRareError, 1e-9);
            Assert.Equal(Wanted("reweightingCost"), forecast.ReweightingCost, 1e-9);
        }
    }

    private static IEnumerable<(JsonElement Inputs, JsonElement Expected)> Group(string path, string name)
    {
        using var document = JsonDocument.Parse(File.ReadAllText(path));
        var root = document.RootElement.Clone();
        return root.TryGetProperty(name, out var group) ? [.. group.EnumerateArray().Select(entry => (entry.GetProperty("inputs"), entry.GetProperty("expected")))] : [];
    }

    private static double[] Doubles(JsonElement array) => [.. array.EnumerateArray().Select(item => item.GetDouble())];
}
