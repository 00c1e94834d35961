using System.Text.Json;
using Ballast.Evaluation.Fairness;
using Ballast.Learning.Segmentation;
using Ballast.Tests.Shared;
using static TorchSharp.torch;

namespace Ballast.Tests.Learning.Segmentation;

public sealed class FairErrorBoundGoldenTests
{
    public static TheoryData<string> Files => GoldenFiles.Matching("fair-error-bound*.json");

    [Theory]
    [MemberData(nameof(Files))]
    public void Reference_mode_agrees_with_the_published_code(string path)
    {
        using var scope = NewDisposeScope();
        using var document = JsonDocument.Parse(File.ReadAllText(path));
        var (inputs, tolerance) = (document.RootElement.GetProperty("inputs"), document.RootElement.GetProperty("tolerance"));
        var (groups, classes) = (GoldenJson.Ints(inputs.GetProperty("group")), inputs.GetProperty("classes").GetInt32());
        foreach (var expected in document.RootElement.GetProperty("expected").GetProperty("reference_mode").EnumerateArray())
        {
            var logits = GoldenJson.Tensor(inputs.GetProperty("logits")).requires_grad_();
            var loss = new FairErrorBoundLoss(classes, groups.Max() + 1, expected.GetProperty("gamma").GetDouble(), diceWeight: 1, FairErrorBoundMode.Reference);

            var value = loss.Forward(logits, GoldenJson.Tensor(inputs.GetProperty("masks"), ScalarType.Int64), groups);
            value.backward();

            var what = $"gamma {expected.GetProperty("gamma")}";
            GoldenJson.Close(expected.GetProperty("loss"), value, tolerance.GetProperty("loss").GetDouble(), what);
            if (expected.GetProperty("grad").ValueKind == JsonValueKind.Array)
                GoldenJson.Close(expected.GetProperty("grad"), logits.grad!, tolerance.GetProperty("grad").GetDouble(), $"{what} gradient");
            GoldenJson.Close(expected.GetProperty("grad_norm"), logits.grad!.norm(), tolerance.GetProperty("grad").GetDouble(), $"{what} norm");
            foreach (var group in expected.GetProperty("group_dice_loss").EnumerateObject())
                GoldenJson.Close([group.Value.GetDouble()], [loss.GroupLosses[int.Parse(group.Name)]], tolerance.GetProperty("loss").GetDouble(), $"{what}, group {group.Name}");
            foreach (var group in expected.GetProperty("tanh_weight").EnumerateObject())
                GoldenJson.Close([group.Value.GetDouble()], [loss.GroupWeights[int.Parse(group.Name)]], tolerance.GetProperty("loss").GetDouble(), $"{what}, scale {group.Name}");
        }
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Equity_scaled_scores_agree_with_the_reference(string path)
    {
        using var scope = NewDisposeScope();
        using var document = JsonDocument.Parse(File.ReadAllText(path));
        var (inputs, expected, tolerance) = (document.RootElement.GetProperty("inputs"), document.RootElement.GetProperty("expected"), document.RootElement.GetProperty("tolerance").GetProperty("metrics").GetDouble());
        // A batch may lack a group; scores are of the groups there are.
        static int[] Places(int[] groups) => [.. groups.Select(g => Array.IndexOf([.. groups.Distinct().Order()], g))];
        void Close(JsonElement wanted, EquityScaledScore actual, int[] own, string what)
        {
            int[] present = [.. own.Distinct().Order()];
            GoldenJson.Close([wanted.GetProperty("overall").GetDouble(), wanted.GetProperty("equity_scaled").GetDouble()], [actual.Overall, actual.EquityScaled], tolerance, what);
            foreach (var group in wanted.GetProperty("by_group").EnumerateObject())
                if (group.Value.ValueKind == JsonValueKind.Null)
                    Assert.Contains(Array.IndexOf(present, int.Parse(group.Name)), actual.Undefined);
                else
                    GoldenJson.Close([group.Value.GetDouble()], [actual.ByGroup[Array.IndexOf(present, int.Parse(group.Name))]], tolerance, $"{what}, group {group.Name}");
        }

        double[][] scores = [.. inputs.GetProperty("per_group_scores").EnumerateArray().Select(GoldenJson.Doubles)];
        var pooled = EquityScaled.Score([.. scores.SelectMany(row => row)], [.. scores.Index().SelectMany(row => row.Item.Select(_ => row.Index))]);
        GoldenJson.Close([inputs.GetProperty("overall").GetDouble(), expected.GetProperty("equity_scaled_of_scores").GetDouble()], [pooled.Overall, pooled.EquityScaled], tolerance, "scores");

        var logits = GoldenJson.Tensor(inputs.GetProperty("logits"));
        var (predicted, truth) = (SegmentationTrainer.Classes(logits), Array.ConvertAll(GoldenJson.Doubles(inputs.GetProperty("masks")), value => (byte)value));
        var (groups, pixels) = (GoldenJson.Ints(inputs.GetProperty("group")), (int)(logits.shape[2] * logits.shape[3]));
        Close(expected.GetProperty("mask_metrics_class1").GetProperty("dice"), EquityScaled.Score(SegmentationMetrics.Dice(predicted, truth, pixels, MaskRegion.Class(1)), Places(groups)), groups, "Dice");
        Close(expected.GetProperty("mask_metrics_class1").GetProperty("iou"), EquityScaled.Score(SegmentationMetrics.IoU(predicted, truth, pixels, MaskRegion.Class(1)), Places(groups)), groups, "IoU");

        var rows = inputs.GetProperty("classification");
        var (s, y, a) = (GoldenJson.Doubles(rows.GetProperty("score")), GoldenJson.Ints(rows.GetProperty("label")), GoldenJson.Ints(rows.GetProperty("group")));
        Close(expected.GetProperty("classification").GetProperty("auc"), EquityScaled.Auc(s, y, Places(a)), a, "AUC");
        Close(expected.GetProperty("classification").GetProperty("accuracy"), EquityScaled.Accuracy(s, y, Places(a), rows.GetProperty("threshold").GetDouble()), a, "accuracy");
    }
}
