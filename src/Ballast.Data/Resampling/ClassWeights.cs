using Ballast.Core;

namespace Ballast.Data.Resampling;

/// <summary>Weights that make a learner see rare classes without changing the rows.</summary>
public static class ClassWeights
{
    /// <summary>n / (K n_c) for each class that has rows, K counting those classes; 0 for a class without rows.</summary>
    /// <param name="classCounts">Rows of each class.</param>
    public static double[] Balanced(ReadOnlySpan<int> classCounts)
    {
        var (rows, classes) = (0L, 0);
        foreach (var count in classCounts)
        {
            rows += Guard.NotNegative(count, nameof(classCounts));
            classes += count > 0 ? 1 : 0;
        }
        var weights = new double[classCounts.Length];
        for (var c = 0; c < weights.Length; c++)
            weights[c] = classCounts[c] == 0 ? 0 : rows / ((double)classes * classCounts[c]);
        return weights;
    }

    /// <summary>Loss ratio: weight <paramref name="ratio"/> for one class, 1 for the others.</summary>
    /// <param name="classCount">Number of classes K.</param>
    /// <param name="favoured">The class that errors cost more on.</param>
    /// <param name="ratio">How much more; greater than 0.</param>
    public static double[] LossRatio(int classCount, int favoured, double ratio)
    {
        Guard.InRange(favoured, 0, classCount - 1);
        var weights = new double[classCount];
        weights.AsSpan().Fill(1);
        weights[favoured] = Guard.Positive(ratio);
        return weights;
    }

    /// <summary>The same rows, each weighted by its class, times the weight it had.</summary>
    /// <exception cref="ArgumentException">No labels, or another number of weights than classes.</exception>
    public static Dataset Apply(Dataset data, ReadOnlySpan<double> classWeights)
    {
        ArgumentNullException.ThrowIfNull(data);
        Guard.SameLength(data.ClassCount, classWeights.Length, "the classes", nameof(classWeights));
        if (data.Labels.Length != data.Count)
            throw new ArgumentException("The dataset has no labels.", nameof(data));
        var labels = data.Labels.Span;
        var present = data.Weights.Span;
        var weights = new float[data.Count];
        for (var i = 0; i < weights.Length; i++)
            weights[i] = (float)(classWeights[labels[i]] * (present.IsEmpty ? 1 : present[i]));
        return data.WithWeights(weights);
    }
}
