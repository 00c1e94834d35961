using Ballast.Core;

namespace Ballast.Learning.Training.Sampling;

/// <summary>Draws a class by its probability, then one of its samples uniformly, with replacement.</summary>
/// <remarks>Classes without samples have probability 0; the others share it.</remarks>
/// <param name="Draws">Draws an epoch, at least 1; null for as many as there are samples.</param>
public abstract record ClassSampler(int? Draws) : Sampler
{
    /// <summary>Draws an epoch; null for as many as there are samples.</summary>
    public int? Draws { get; } = Draws is { } count ? Guard.Positive(count, nameof(Draws)) : null;

    /// <summary>What each class weighs in an epoch's draws; normalised over the classes that have samples.</summary>
    /// <param name="counts">[K] samples of each class.</param>
    /// <param name="epoch">Epoch from 0.</param>
    /// <param name="epochs">Epochs planned.</param>
    protected abstract double[] ClassMass(IReadOnlyList<int> counts, int epoch, int epochs);

    /// <summary>[K] probability of each class in an epoch.</summary>
    public double[] ClassProbabilities(IReadOnlyList<int> counts, int epoch, int epochs)
    {
        ArgumentNullException.ThrowIfNull(counts);
        var mass = ClassMass(counts, epoch, epochs);
        for (var k = 0; k < mass.Length; k++)
            if (counts[k] == 0)
                mass[k] = 0;
        var total = mass.Sum();
        return [.. mass.Select(m => m / total)];
    }

    /// <inheritdoc/>
    public sealed override int DrawsPerEpoch(Dataset data) => Draws ?? data.Count;

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The data have no classes.</exception>
    public sealed override int[] Draw(Dataset data, int seed, int epoch, int epochs)
    {
        ArgumentNullException.ThrowIfNull(data);
        if (data.ClassCount == 0)
            throw new ArgumentException("A sampler of classes needs class labels.", nameof(data));
        var cumulative = Cumulative(ClassProbabilities(data.ClassCounts(), epoch, epochs));
        var rowsOf = Enumerable.Range(0, data.ClassCount).Select(data.RowsOf).ToArray();
        var random = RandomStream.For(seed, "class sampler", epoch);
        var order = new int[DrawsPerEpoch(data)];
        for (var i = 0; i < order.Length; i++)
        {
            var rows = rowsOf[ClassAt(cumulative, random.NextDouble())];
            order[i] = rows[random.Next(rows.Length)];
        }
        return order;
    }

    // The last class with samples ends at infinity, so that rounding never leaves a draw without a class.
    private static double[] Cumulative(double[] probabilities)
    {
        var cumulative = new double[probabilities.Length];
        var sum = 0.0;
        for (var k = 0; k < cumulative.Length; k++)
            cumulative[k] = sum += probabilities[k];
        cumulative.AsSpan(Array.FindLastIndex(probabilities, p => p > 0)).Fill(double.PositiveInfinity);
        return cumulative;
    }

    private static int ClassAt(double[] cumulative, double u)
    {
        var k = 0;
        while (u >= cumulative[k])
            k++;
        return k;
    }
}
