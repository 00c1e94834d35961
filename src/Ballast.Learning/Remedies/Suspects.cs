using Ballast.Core;

namespace Ballast.Learning.Remedies;

/// <summary>What can be done with rows whose label is suspected. A dropped row stays in the set with weight 0, so that positions do not move.</summary>
public static class Suspects
{
    /// <summary>The same rows, suspects with weight 0. A class that would lose every row keeps them all.</summary>
    public static Dataset Drop(Dataset data, bool[] suspected)
    {
        var labels = data.Labels.Span;
        var left = new int[data.ClassCount];
        for (var i = 0; i < labels.Length; i++)
            if (!suspected[i])
                left[labels[i]]++;
        var weights = data.Weights.IsEmpty ? Enumerable.Repeat(1f, data.Count).ToArray() : data.Weights.ToArray();
        for (var i = 0; i < weights.Length; i++)
            if (suspected[i] && left[labels[i]] > 0)
                weights[i] = 0;
        return data.WithWeights(weights);
    }

    /// <summary>The same rows, suspects with the suggested label. A class that would lose every row keeps them all.</summary>
    public static Dataset Relabel(Dataset data, bool[] suspected, int[] suggested)
    {
        var labels = data.Labels.ToArray();
        var left = data.ClassCounts();
        for (var i = 0; i < labels.Length; i++)
        {
            if (!suspected[i] || left[labels[i]] <= 1)
                continue;
            left[labels[i]]--;
            labels[i] = suggested[i];
        }
        return data.WithLabels(labels);
    }

    /// <summary>The rows whose weight is not 0.</summary>
    public static Dataset WithoutDropped(Dataset data) => data.Weights.IsEmpty ? data : data.Select(Kept(data));

    /// <summary>Predictions and labels of the rows whose weight is not 0.</summary>
    public static (Predictions Predictions, int[] Labels) WithoutDropped(Predictions predictions, Dataset data)
    {
        if (data.Weights.IsEmpty)
            return (predictions, data.Labels.ToArray());
        var kept = Kept(data);
        var values = new double[kept.Length * predictions.Classes];
        var labels = new int[kept.Length];
        var rowIds = new int[kept.Length];
        for (var i = 0; i < kept.Length; i++)
        {
            predictions.Row(kept[i]).CopyTo(values.AsSpan(i * predictions.Classes));
            labels[i] = data.Labels.Span[kept[i]];
            rowIds[i] = data.RowIds.Span[kept[i]];
        }
        return (new Predictions(values, predictions.Classes, rowIds), labels);
    }

    private static int[] Kept(Dataset data)
    {
        var weights = data.Weights.Span;
        var kept = new List<int>(data.Count);
        for (var i = 0; i < weights.Length; i++)
            if (weights[i] > 0)
                kept.Add(i);
        return [.. kept];
    }
}
