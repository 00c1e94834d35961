using Ballast.Core;

namespace Ballast.Learning.Tabular;

/// <summary>How much a row of each class counts in training, on top of the rows' own weights.</summary>
public sealed class ClassWeights
{
    private readonly double[]? explicitWeights;
    private readonly bool balanced;

    private ClassWeights(bool balanced, double[]? explicitWeights) => (this.balanced, this.explicitWeights) = (balanced, explicitWeights);

    /// <summary>Every row counts by its own weight alone.</summary>
    public static ClassWeights None { get; } = new(balanced: false, null);

    /// <summary>Every class counts alike: class k gets W / (C W_k), where W_k is the weight of its rows and C the number of classes with rows.</summary>
    public static ClassWeights Balanced { get; } = new(balanced: true, null);

    /// <summary>Class k gets <paramref name="weights"/>[k].</summary>
    /// <exception cref="ArgumentOutOfRangeException">A weight is negative or NaN.</exception>
    public static ClassWeights Of(params double[] weights)
    {
        ArgumentNullException.ThrowIfNull(weights);
        foreach (var weight in weights)
            Guard.NotNegative(weight, nameof(weights));
        return new(balanced: false, [.. weights]);
    }

    /// <summary>n row weights: the row's own weight times its class's.</summary>
    /// <exception cref="ArgumentException">Weights were given for another number of classes.</exception>
    public float[] RowWeights(Dataset data)
    {
        ArgumentNullException.ThrowIfNull(data);
        var rows = data.Weights.IsEmpty ? Ones(data.Count) : data.Weights.ToArray();
        var labels = data.Labels.Span;
        if (Factors(rows, labels, data.ClassCount) is { } factors)
            for (var i = 0; i < rows.Length; i++)
                rows[i] = (float)(rows[i] * factors[labels[i]]);
        return rows;
    }

    private double[]? Factors(float[] rows, ReadOnlySpan<int> labels, int classes)
    {
        if (explicitWeights is not null)
        {
            Guard.SameLength(classes, explicitWeights.Length, "the dataset's classes", "class weights");
            return explicitWeights;
        }
        if (!balanced)
            return null;
        var totals = new double[classes];
        for (var i = 0; i < rows.Length; i++)
            totals[labels[i]] += rows[i];
        var (all, present) = (totals.Sum(), totals.Count(total => total > 0));
        return Array.ConvertAll(totals, total => total > 0 ? all / (present * total) : 0);
    }

    private static float[] Ones(int count)
    {
        var ones = new float[count];
        ones.AsSpan().Fill(1);
        return ones;
    }
}
