using Ballast.Core;
using Ballast.Evaluation.Metrics;
using Ballast.Learning.Networks;
using Ballast.Learning.Training.Feeding;
using static TorchSharp.torch;

namespace Ballast.Learning.Training;

/// <summary>Scores a network on the validation set, which stays on the device.</summary>
internal sealed class Validation(Dataset data, Device device)
{
    private readonly SampleTensors samples = new(data, device);
    private readonly Tensor inputs = SampleTensors.Inputs(data).to(device);
    private readonly Tensor rows = arange(data.Count, int64, device);

    public ValidationScores Scores(Network network, Objective objective, int batchSize)
    {
        using var gradients = no_grad();
        network.eval();
        var loss = 0.0;
        var decisions = new int[data.Labels.Length];
        for (var start = 0; start < data.Count; start += batchSize)
        {
            using var scope = NewDisposeScope();
            var batch = BatchAt(start, Math.Min(batchSize, data.Count - start));
            var outputs = network.call(batch.Inputs);   // [B, K]
            loss += objective.ValidationLoss(outputs, batch).to(float64).item<double>() * batch.Count;
            if (decisions.Length > 0)
                CopyDecisions(outputs, decisions.AsSpan(start));
        }
        return Scores(loss / data.Count, decisions);
    }

    private Batch BatchAt(int start, int count) => new()
    {
        Inputs = inputs.narrow(0, start, count),
        Labels = samples.Labels?.narrow(0, start, count),
        Targets = samples.Targets?.narrow(0, start, count),
        Weights = samples.Weights?.narrow(0, start, count),
        Groups = samples.Groups?.narrow(0, start, count),
        Rows = rows.narrow(0, start, count),
    };

    private static void CopyDecisions(Tensor outputs, Span<int> decisions)
    {
        var classes = outputs.argmax(1).to(int32).cpu().data<int>();
        for (var i = 0; i < (int)classes.Count; i++)
            decisions[i] = classes[i];
    }

    private ValidationScores Scores(double loss, int[] decisions)
    {
        if (data.Labels.IsEmpty)
            return new ValidationScores(loss, [], double.NaN, double.NaN);
        var metrics = MulticlassMetrics.From(data.Labels.Span, decisions, data.ClassCount);
        var present = Enumerable.Range(0, data.ClassCount).Where(k => metrics.Support(k) > 0).ToArray();
        return new ValidationScores(
            loss,
            [.. Enumerable.Range(0, data.ClassCount).Select(k => metrics.Support(k) > 0 ? metrics.Recall(k) : double.NaN)],
            present.Average(metrics.Recall), present.Average(metrics.F1));
    }
}
