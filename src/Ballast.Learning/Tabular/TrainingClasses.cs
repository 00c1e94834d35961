using Ballast.Core;
using Ballast.Learning.Tabular.LightGbm;

namespace Ballast.Learning.Tabular;

/// <summary>The classes that a training set really holds, its usable rows and their weights: learners train on these and answer for all K classes.</summary>
internal sealed class TrainingClasses
{
    private readonly int[] compactOf;
    private readonly float[] weights;

    private TrainingClasses(int[] present, int[] rows, float[] weights, double[] shares, int classCount)
    {
        (Present, Rows, this.weights, Shares) = (present, rows, weights, shares);
        compactOf = new int[classCount];
        Array.Fill(compactOf, -1);
        for (var k = 0; k < present.Length; k++)
            compactOf[present[k]] = k;
    }

    /// <summary>Class indices with weight above 0, ascending.</summary>
    internal int[] Present { get; }

    /// <summary>Positions of the rows with weight above 0, ascending.</summary>
    internal int[] Rows { get; }

    /// <summary>Weighted share of each present class.</summary>
    internal double[] Shares { get; }

    /// <exception cref="ArgumentException">No labels, fewer than two classes with weight, or a weight that is not finite and at least 0.</exception>
    internal static TrainingClasses Of(Dataset train, ClassWeights classWeights)
    {
        if (train.Labels.IsEmpty)
            throw new ArgumentException("Training needs labelled rows; there are none.", nameof(train));
        var weights = classWeights.RowWeights(train);
        var rows = PositiveRows(weights);
        var totals = new double[train.ClassCount];
        foreach (var row in rows)
            totals[train.Labels.Span[row]] += weights[row];
        var present = Enumerable.Range(0, totals.Length).Where(k => totals[k] > 0).ToArray();
        if (present.Length < 2)
            throw new ArgumentException(
                $"Training needs rows of two classes; there are rows of {(present.Length == 0 ? "none" : $"'{train.ClassNames[present[0]]}' only")}.", nameof(train));
        var all = totals.Sum();
        return new(present, rows, weights, Array.ConvertAll(present, k => totals[k] / all), train.ClassCount);
    }

    /// <summary>Positions of the rows with weight above 0.</summary>
    /// <exception cref="ArgumentException">A weight is negative or not finite.</exception>
    internal static int[] PositiveRows(ReadOnlySpan<float> weights)
    {
        var rows = new List<int>(weights.Length);
        for (var i = 0; i < weights.Length; i++)
        {
            if (!(weights[i] >= 0) || float.IsInfinity(weights[i]))
                throw new ArgumentException($"The weight of row {i + 1} is {weights[i]}; expected a number of at least 0.");
            if (weights[i] > 0)
                rows.Add(i);
        }
        return [.. rows];
    }

    /// <summary>The index among the present classes; -1 for a class without rows.</summary>
    internal int Compact(int label) => compactOf[label];

    /// <summary>The weight of training row <paramref name="row"/>, class weight included.</summary>
    internal float Weight(int row) => weights[row];

    /// <summary>Rows of a validation set that the model can answer for.</summary>
    internal int[] RowsOfPresentClasses(Dataset validation)
    {
        Guard.SameLength(compactOf.Length, validation.ClassCount, "the training set's classes", "the validation set's classes");
        return [.. Enumerable.Range(0, validation.Labels.Length).Where(row => compactOf[validation.Labels.Span[row]] >= 0)];
    }

    /// <summary>The rows at <paramref name="positions"/> with compact labels; weights are the training rows' unless given.</summary>
    internal TrainingRows Encode(Dataset data, int[] positions, float[]? rowWeights = null)
    {
        var (labels, picked) = (new float[positions.Length], new float[positions.Length]);
        for (var i = 0; i < positions.Length; i++)
        {
            labels[i] = compactOf[data.Labels.Span[positions[i]]];
            picked[i] = (rowWeights ?? weights)[positions[i]];
        }
        return new(RowSelection.Features(data, positions), data.Width, labels, picked);
    }

    /// <summary>Spreads n x present probabilities over all K classes.</summary>
    internal static double[] Spread(ReadOnlySpan<double> compact, ReadOnlySpan<int> present, int classes)
    {
        var values = new double[compact.Length / present.Length * classes];
        for (int i = 0, row = 0; i < compact.Length; i += present.Length, row += classes)
            for (var k = 0; k < present.Length; k++)
                values[row + present[k]] = compact[i + k];
        return values;
    }
}

/// <summary>Row blocks out of a dataset.</summary>
internal static class RowSelection
{
    /// <summary>The features of the rows at <paramref name="positions"/>, without a copy where these are all rows in order.</summary>
    internal static ReadOnlyMemory<float> Features(Dataset data, ReadOnlySpan<int> positions)
    {
        if (positions.Length == data.Count)
            return data.Features; // ascending and distinct, so all
        var features = new float[positions.Length * data.Width];
        for (var i = 0; i < positions.Length; i++)
            data.Row(positions[i]).CopyTo(features.AsSpan(i * data.Width));
        return features;
    }
}

/// <summary>The part of the training rows that early stopping watches when the caller gives none.</summary>
internal static class SetAside
{
    private const double Share = 0.15;

    /// <summary>Splits <paramref name="rows"/> into fitted and held rows, both ascending: 15% of each stratum is held, and none of a stratum too small to give one.</summary>
    internal static (int[] Fitted, int[] Held) Part(int[] rows, Func<int, int> stratumOf, int seed)
    {
        var held = new HashSet<int>();
        foreach (var stratum in rows.GroupBy(stratumOf))
        {
            var members = stratum.ToArray();
            foreach (var chosen in RandomStream.For(seed, "early stopping", stratum.Key).SampleWithoutReplacement(members.Length, (int)(Share * members.Length)))
                held.Add(members[chosen]);
        }
        return ([.. rows.Where(row => !held.Contains(row))], [.. rows.Where(held.Contains)]);
    }
}
