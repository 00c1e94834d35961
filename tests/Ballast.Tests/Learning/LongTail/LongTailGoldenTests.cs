using System.Globalization;
using System.Text.Json;
using Ballast.Evaluation.Calibration;
using Ballast.Learning.LongTail;
using Ballast.Learning.Objectives;
using Ballast.Tests.Shared;
using static TorchSharp.torch;
using ClassWeights = Ballast.Learning.Tabular.ClassWeights;

namespace Ballast.Tests.Learning.LongTail;

public sealed class LongTailGoldenTests
{
    public static TheoryData<string> Files => GoldenFiles.Matching("longtail-baselines*.json");

    [Theory]
    [MemberData(nameof(Files))]
    public void Losses_and_gradients_agree_with_the_reference(string path)
    {
        using var scope = NewDisposeScope();
        using var document = JsonDocument.Parse(File.ReadAllText(path));
        var (inputs, expected, tolerance) = (document.RootElement.GetProperty("inputs"), document.RootElement.GetProperty("expected"), document.RootElement.GetProperty("tolerance"));
        var counts = GoldenJson.Ints(inputs.GetProperty("counts"));
        double Number(string name) => inputs.GetProperty(name).GetDouble();
        var weights = ClassWeights.EffectiveNumber(counts, Number("beta"));
        var labels = GoldenJson.Tensor(inputs.GetProperty("labels"), int64);

        foreach (var entry in expected.EnumerateObject().Where(entry => entry.Value.ValueKind == JsonValueKind.Object && entry.Value.TryGetProperty("loss", out _)))
        {
            var isLdam = entry.Name.StartsWith("ldam", StringComparison.Ordinal);
            var logits = GoldenJson.Tensor(inputs.GetProperty(isLdam ? "ldam_cosine_logits" : "logits")).requires_grad_();
            var allowed = tolerance.GetProperty(entry.Name.Contains("reference", StringComparison.Ordinal) ? "reference" : "own").GetDouble();

            var loss = Loss(entry.Name, counts, weights, Number("gamma"), Number("ldam_scale"), Number("ldam_max_margin")).Forward(logits, labels);
            loss.backward();

            GoldenJson.Close(entry.Value.GetProperty("loss"), loss, allowed, entry.Name);
            GoldenJson.Close(entry.Value.GetProperty("grad"), logits.grad!, allowed, $"{entry.Name} gradient");
        }
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Weights_margins_scores_and_normalised_rows_agree_with_the_reference(string path)
    {
        using var scope = NewDisposeScope();
        using var document = JsonDocument.Parse(File.ReadAllText(path));
        var (inputs, expected, tolerance) = (document.RootElement.GetProperty("inputs"), document.RootElement.GetProperty("expected"), document.RootElement.GetProperty("tolerance"));
        var counts = GoldenJson.Ints(inputs.GetProperty("counts"));
        var own = tolerance.GetProperty("own").GetDouble();

        foreach (var beta in expected.GetProperty("effective_weights").EnumerateObject())
            GoldenJson.Close(GoldenJson.Doubles(beta.Value), ClassWeights.EffectiveNumber(counts, Parse(beta.Name)).Values!, own, $"effective weights, beta {beta.Name}");
        GoldenJson.Close(GoldenJson.Doubles(expected.GetProperty("inverse_frequency_mean1")), ClassWeights.InverseFrequency(counts).Values!, own, "inverse frequency");
        GoldenJson.Close(GoldenJson.Doubles(expected.GetProperty("inverse_sqrt_mean1")), ClassWeights.InverseFrequency(counts, 0.5).Values!, own, "inverse square root");
        GoldenJson.Close(
            GoldenJson.Doubles(expected.GetProperty("ldam_margins")), new LdamLoss(counts, maxMargin: inputs.GetProperty("ldam_max_margin").GetDouble()).Margins,
            tolerance.GetProperty("reference").GetDouble(), "margins");
        foreach (var posthoc in expected.EnumerateObject().Where(entry => entry.Name.StartsWith("posthoc_tau", StringComparison.Ordinal)))
        {
            var scores = PostHocLogitAdjustment.OfCounts(counts, Parse(posthoc.Name["posthoc_tau".Length..])).Scores(GoldenJson.Doubles(inputs.GetProperty("logits")));
            GoldenJson.Close(GoldenJson.Doubles(posthoc.Value), scores, own, posthoc.Name);
        }
        var rows = GoldenJson.Tensor(inputs.GetProperty("classifier_weight"));
        foreach (var tau in expected.GetProperty("tau_norm").EnumerateObject())
            GoldenJson.Close(tau.Value, TauNormalizer.Apply(rows, Parse(tau.Name)), own, $"tau {tau.Name}");
    }

    private static ClassificationLoss Loss(string name, int[] counts, ClassWeights weights, double gamma, double scale, double margin) => name switch
    {
        "cross_entropy" => new CrossEntropyLoss(),
        "class_balanced_weighted_mean" => new WeightedCrossEntropy(weights),
        "class_balanced_batch_mean" => new WeightedCrossEntropy(weights, WeightReduction.BatchMean),
        "focal_unweighted_reference" => new FocalLoss(gamma),
        "focal_weight_inside_pt_reference" => new FocalLoss(gamma, weights, FocalWeighting.InsidePt),
        "focal_weight_outside" => new FocalLoss(gamma, weights),
        "balanced_softmax" => new BalancedSoftmaxLoss(counts),
        _ when name.StartsWith("logit_adjusted_tau", StringComparison.Ordinal) => new LogitAdjustedLoss(counts, Parse(name["logit_adjusted_tau".Length..])),
        _ when name.StartsWith("ldam_reference_s", StringComparison.Ordinal) =>
            new LdamLoss(counts, scale, margin, name.EndsWith("_weighted", StringComparison.Ordinal) ? weights : null),
        _ => throw new InvalidOperationException($"No loss is known as {name}."),
    };

    private static double Parse(string number) => double.Parse(number, CultureInfo.InvariantCulture);
}
