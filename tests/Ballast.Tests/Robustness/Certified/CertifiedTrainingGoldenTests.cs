using System.Text.Json;
using Ballast.Exchange.Networks;
using Ballast.Robustness.Bounds;
using Ballast.Robustness.Certified;
using Ballast.Tests.Robustness.Bounds;
using Ballast.Tests.Shared;
using static TorchSharp.torch;

namespace Ballast.Tests.Robustness.Certified;

/// <summary>Schedules, regularisers, losses and initialisation of certified training against other code, group by group.</summary>
public sealed class CertifiedTrainingGoldenTests
{
    private const double Tolerance = 1e-5;

    public static TheoryData<string> Files => GoldenFiles.Matching("certified-training*.json");

    [Theory]
    [MemberData(nameof(Files))]
    public void The_radius_grows_as_in_the_golden_schedules(string file) => Each(file, "epsilonSchedule", (inputs, expected) =>
    {
        var schedule = EpsilonSchedule.Smoothed(Int(inputs, "startEpoch"), Int(inputs, "lengthEpochs"), Number(inputs, "mid"), Number(inputs, "power"));
        var wanted = GoldenJson.Doubles(expected.GetProperty("epsilon"));
        foreach (var (i, batch) in GoldenJson.Ints(inputs.GetProperty("batchIndex")).Index())
            Assert.True(Math.Abs(schedule.At(batch, Int(inputs, "batchesPerEpoch"), Number(inputs, "epsilon")) - wanted[i]) <= 1e-12 * Math.Abs(wanted[i]), $"batch {batch}");
    });

    [Theory]
    [MemberData(nameof(Files))]
    public void Regularisers_are_the_golden_ones(string file) => Each(file, "regularizers", (inputs, expected) =>
    {
        var box = new InputBox(GoldenJson.Tensor(inputs.GetProperty("inputLower")), GoldenJson.Tensor(inputs.GetProperty("inputUpper")));
        NodeBounds[] layers = [.. inputs.GetProperty("layers").EnumerateArray().Select(layer => new NodeBounds(GoldenJson.Tensor(layer.GetProperty("lower")), GoldenJson.Tensor(layer.GetProperty("upper")), null))];

        var terms = new CertifiedRegularizers(Number(inputs, "tolerance")).Terms(box, layers);

        Close(Number(expected, "delta0"), terms.InputWidth, "delta0");
        foreach (var (i, layer) in expected.GetProperty("layers").EnumerateArray().Index())
        {
            var found = terms.Layers[i];
            Close(Number(layer, "delta"), found.Width, "delta");
            Assert.Equal(layer.GetProperty("alpha").ValueKind == JsonValueKind.Null, found.Alpha is null);
            if (found.Alpha is not null)
            {
                Close(Number(layer, "alpha"), found.Alpha.Value, "alpha");
                Close(Number(layer, "beta"), found.Beta!.Value, "beta");
            }
            Close(Number(layer, "active"), found.Active, "active");
            Close(Number(layer, "inactive"), found.Inactive, "inactive");
            Close(Number(layer, "reluTerm"), found.Imbalance, "reluTerm");
        }
        Close(Number(expected, "tightness"), terms.Tightness.item<double>(), "tightness");
        Close(Number(expected, "relu"), terms.Relu.item<double>(), "relu");
    });

    [Theory]
    [MemberData(nameof(Files))]
    public void The_loss_of_margins_is_the_golden_one(string file) => Each(file, "certifiedLoss", (inputs, expected) =>
    {
        var margins = GoldenJson.Tensor(inputs.GetProperty("marginLower"));

        var losses = CertifiedLoss.PerSample(margins);

        GoldenJson.Close(expected.GetProperty("perSample"), losses, 1e-6, "perSample");
        Close(Number(expected, "loss"), losses.mean().item<double>(), "loss");
        Assert.Equal(expected.GetProperty("certified").EnumerateArray().Select(value => value.GetBoolean()), margins.gt(0).all(1).data<bool>().ToArray());
    });

    [Theory]
    [MemberData(nameof(Files))]
    public void Margins_are_mixed_as_the_radius_grows(string file) => Each(file, "crownIbpMix", (inputs, expected) =>
    {
        var kappa = (Number(inputs, "epsilonMax") - Number(inputs, "epsilon")) / Number(inputs, "epsilonMax");

        var mixed = CertifiedLoss.Mix(GoldenJson.Tensor(inputs.GetProperty("crownMarginLower")), GoldenJson.Tensor(inputs.GetProperty("ibpMarginLower")), kappa);

        GoldenJson.Close(expected.GetProperty("marginLower"), mixed, 1e-6, "marginLower");
        Close(Number(expected, "loss"), CertifiedLoss.PerSample(mixed).mean().item<double>(), "loss");
    });

    [Theory]
    [MemberData(nameof(Files))]
    public void Loss_fusion_is_the_golden_one(string file) => Each(file, "lossFusion", (inputs, expected) =>
    {
        var labels = tensor(Array.ConvertAll(GoldenJson.Ints(inputs.GetProperty("labels")), label => (long)label));
        using var bounds = Bounds(inputs, observes: false);
        bounds.Propagate(Box(inputs), CertifiedBound.CrownIbp);

        var fused = LossFusion.Of(bounds, labels, (int)bounds.Clean(GoldenJson.Tensor(inputs.GetProperty("x"))).shape[1], CertifiedBound.CrownIbp);

        const double tolerance = 1e-4;
        GoldenJson.Close(expected.GetProperty("differenceLower"), fused.DifferenceLower, tolerance, "differenceLower");
        GoldenJson.Close(expected.GetProperty("differenceUpper"), fused.DifferenceUpper, tolerance, "differenceUpper");
        GoldenJson.Close(expected.GetProperty("maximum"), fused.Maximum, tolerance, "maximum");
        GoldenJson.Close(expected.GetProperty("ibpScaled"), fused.IbpScaled, tolerance, "ibpScaled");
        GoldenJson.Close(expected.GetProperty("crownScaled"), fused.CrownScaled!, tolerance, "crownScaled");
        foreach (var (name, kappa) in new[] { ("ibp", 0.0), ("crown", 1.0), ("mixed", Number(inputs, "kappa")) })
        {
            GoldenJson.Close(expected.GetProperty($"{name}LogBound"), fused.PerSample(kappa), tolerance, $"{name}LogBound");
            Assert.Equal(Number(expected, $"{name}Loss"), fused.PerSample(kappa).mean().item<double>(), tolerance);
        }
    });

    [Theory]
    [MemberData(nameof(Files))]
    public void Batch_normalisation_takes_the_statistics_of_the_clean_batch(string file) => Each(file, "batchNormTraining", (inputs, expected) =>
    {
        const double tolerance = 1e-4;
        using var bounds = Bounds(inputs, observes: true);
        var scores = bounds.Clean(GoldenJson.Tensor(inputs.GetProperty("x")));
        bounds.Propagate(Box(inputs), CertifiedBound.Ibp);

        var norm = bounds.Normalizations.Single();
        GoldenJson.Close(expected.GetProperty("batchMean"), norm.BatchMean!, tolerance, "batchMean");
        GoldenJson.Close(expected.GetProperty("batchVariance"), norm.BatchVariance!, tolerance, "batchVariance");
        GoldenJson.Close(expected.GetProperty("reluInputLower"), bounds.ReluInputs[0].Lower, tolerance, "reluInputLower");
        GoldenJson.Close(expected.GetProperty("reluInputUpper"), bounds.ReluInputs[0].Upper, tolerance, "reluInputUpper");
        var unit = eye(scores.shape[1], dtype: float64).unsqueeze(0).expand(scores.shape[0], -1, -1);
        GoldenJson.Close(expected.GetProperty("lower"), bounds.IntervalBounds(unit).Lower, tolerance, "lower");
        GoldenJson.Close(expected.GetProperty("upper"), bounds.IntervalBounds(unit).Upper, tolerance, "upper");
        var node = inputs.GetProperty("nodes").EnumerateArray().Single(entry => entry.GetProperty("op").GetString() == "batchNorm");
        var (mean, variance) = norm.Running(GoldenJson.Tensor(node.GetProperty("runningMean")), GoldenJson.Tensor(node.GetProperty("runningVariance")));
        GoldenJson.Close(expected.GetProperty("runningMean"), mean, tolerance, "runningMean");
        GoldenJson.Close(expected.GetProperty("runningVariance"), variance, tolerance, "runningVariance");
    });

    [Theory]
    [MemberData(nameof(Files))]
    public void Initialisations_have_the_golden_deviations_and_gains(string file) => Each(file, "initialization", (inputs, expected) =>
    {
        var fanIn = Int(inputs, "fanIn");
        void Same(string key, double actual) => Assert.True(Math.Abs(actual - Number(expected, key)) <= 1e-12 * Number(expected, key), key);

        Same("sigma", IbpInitializer.Deviation(fanIn));
        Same("gainIbp", InitializationGain.Of(InitializationRule.Ibp, fanIn));
        Same("gainXavierUniform", InitializationGain.Of(InitializationRule.XavierUniform, fanIn));
        Same("gainXavierNormal", InitializationGain.Of(InitializationRule.XavierNormal, fanIn));
        Same("gainDefaultUniform", InitializationGain.Of(InitializationRule.DefaultUniform, fanIn));
        Same("gainKaimingNormal", InitializationGain.Of(InitializationRule.KaimingNormal, fanIn));
    });

    private static void Each(string file, string group, Action<JsonElement, JsonElement> check)
    {
        using var document = JsonDocument.Parse(File.ReadAllText(file));
        if (!document.RootElement.TryGetProperty(group, out var cases))
            return;
        foreach (var one in cases.EnumerateArray())
        {
            using var scope = NewDisposeScope();
            check(one.GetProperty("inputs"), one.GetProperty("expected"));
        }
    }

    private static TrainingBounds Bounds(JsonElement inputs, bool observes)
    {
        var width = inputs.GetProperty("x")[0].GetArrayLength();
        return new TrainingBounds(GoldenNetworks.Graph(Extents.Of([width]), inputs.GetProperty("nodes")), null, observes);
    }

    private static InputBox Box(JsonElement inputs) => new(GoldenJson.Tensor(inputs.GetProperty("lower")), GoldenJson.Tensor(inputs.GetProperty("upper")));

    private static void Close(double expected, double actual, string what) => GoldenJson.Close([expected], [actual], Tolerance, what);

    private static double Number(JsonElement element, string key) => element.GetProperty(key).GetDouble();

    private static int Int(JsonElement element, string key) => element.GetProperty(key).GetInt32();
}
