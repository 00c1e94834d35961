using Ballast.Cli.Reports;
using Ballast.Core;
using Ballast.Exchange.Onnx;
using Ballast.Generalization.Collapse;
using Ballast.Learning.Onnx;
using Ballast.Learning.Training;
using static TorchSharp.torch;

namespace Ballast.Cli.Checks;

/// <summary>Whether the last layer of a network that was given still holds a vector for every class: measured, and predicted from class counts and weight decay.</summary>
/// <remarks>
/// The prediction is an estimate for real networks (see <see cref="NeuralCollapse"/>): at a stationary point lambda_W W^T W and lambda_H H H^T are balanced, so the effective decay of the features is
/// lambda_H = lambda_W ||W||^2 / ||H||^2. Silent where no network was given, or one that does not end with a linear layer.
/// </remarks>
internal sealed class NeuralCollapseCheck : ICheck
{
    // A row this much shorter than the median row gives its class hardly a say.
    private const double ShortRow = 0.1;

    public string Id => "neural-collapse";

    public void Run(Audit audit, CancellationToken cancellation)
    {
        if (audit.Options.Model is not { } path || audit.GivenInputs is not { } inputs || Open(path) is not { } network)
            return;
        using var owned = network;
        var judged = audit.Judged!;
        var counts = judged.Data.ClassCounts();
        var head = network.LinearHead;
        if (head?.weight is not { } weight || network.InputShape is not [var width] || width != inputs.Width || weight.shape[0] != counts.Length || counts.Contains(0) || inputs.Features.Span.ContainsAnyExceptInRange(float.MinValue, float.MaxValue))
            return;
        using var scope = NewDisposeScope();
        var features = Inference.Features(network, inputs, cancellation: cancellation);
        var labels = tensor(Array.ConvertAll(judged.Data.Labels.ToArray(), label => (long)label));
        var report = NeuralCollapse.Measure(features, labels, weight, head.bias, CollapseTarget.Etf, cancellation: cancellation);
        var decay = audit.Options.WeightDecay;
        var effective = decay * weight.square().sum().item<float>() / Math.Max(1e-12, features.square().sum().item<float>());
        var prediction = NeuralCollapse.Predict(counts, [decay], effective, (int)features.shape[1]);
        Tell(audit, counts, report, prediction, decay, effective);
    }

    private void Tell(Audit audit, int[] counts, CollapseReport report, GofPrediction prediction, double decay, double effective)
    {
        var names = audit.Judged!.Data.ClassNames;
        var median = report.ClassifierNorm.Order().ElementAt(counts.Length / 2);
        int[] gone = [.. Enumerable.Range(0, counts.Length).Where(k => report.ClassifierNorm[k] < ShortRow * median)];
        int[] predicted = [.. prediction.CollapsedClasses];
        var evidence = new Dictionary<string, object>
        {
            ["classifier_norm"] = Enumerable.Range(0, counts.Length).ToDictionary(k => names[k], k => (object)report.ClassifierNorm[k]),
            ["alignment"] = Enumerable.Range(0, counts.Length).ToDictionary(k => names[k], k => (object)(report.Alignment[k] ?? double.NaN)),
            ["within_to_between"] = report.Nc1 ?? double.NaN,
            ["nearest_mean_agreement"] = report.Nc4,
            ["weight_decay_assumed"] = decay,
            ["feature_decay_estimated"] = effective,
            ["predicted_to_collapse"] = predicted.Select(k => names[k]).ToArray(),
            ["rows_to_survive_estimated"] = prediction.MinSamplesToSurvive,
            ["largest_decay_without_collapse_estimated"] = NeuralCollapse.MaxWeightDecay(counts, 1, effective),
        };
        if (gone.Length > 0)
            audit.Report(Id, Severity.High,
                $"The last layer of the model has lost {Named(gone, names)}: {(gone.Length == 1 ? "its row is" : "their rows are")} less than a tenth as long as the median row, so {(gone.Length == 1 ? "the class has" : "the classes have")} hardly a say.",
                [audit.Options.Target], [], evidence, "Train with less weight decay, class-balanced draws or logit adjustment, or retrain the last layer alone on class-balanced rows (train --method crt).");
        else if (predicted.Length > 0)
            audit.Report(Id, Severity.Medium,
                $"With a weight decay of {decay:G3} the last layer is predicted to lose {Named(predicted, names)} when training converges (an estimate): fewer than {Figures.Count((long)Math.Ceiling(prediction.MinSamplesToSurvive))} rows.",
                [audit.Options.Target], [], evidence, $"Train with a weight decay below {NeuralCollapse.MaxWeightDecay(counts, 1, effective):G3}, or say by --weight-decay what it was.");
        else
            audit.Note($"The last layer of the model given holds a vector for every class (shortest row {report.ClassifierNorm.Min() / median:0.00} of the median row), and none is predicted to collapse at a weight decay of {decay:G3}.");
    }

    private static string Named(int[] classes, IReadOnlyList<string> names) =>
        $"{(classes.Length == 1 ? "class" : "classes")} {string.Join(", ", classes.Take(5).Select(k => $"'{names[k]}'"))}{(classes.Length > 5 ? $" and {classes.Length - 5} more" : "")}";

    // Most ONNX models are no such networks (trees, pipelines): that is no fault of theirs.
    private static ImportedNetwork? Open(string path)
    {
        try
        {
            return new ImportedNetwork(OnnxGraphReader.Read(path));
        }
        catch (Exception error) when (error is DataFormatException or NotSupportedException or ArgumentException)
        {
            return null;
        }
    }
}
