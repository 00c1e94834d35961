using Ballast.Core;

namespace Ballast.Learning.Training.Sampling;

/// <summary>Batches of P classes with Q samples each, both without replacement: what losses of pairs need. The trainer's batch size must be P x Q.</summary>
/// <remarks>Classes with fewer than Q samples are never drawn.</remarks>
/// <param name="Classes">P, at least 1.</param>
/// <param name="Samples">Q, at least 1.</param>
/// <param name="Batches">Batches of an epoch, at least 1.</param>
public sealed record ClassBatchSampler(int Classes, int Samples, int Batches) : Sampler
{
    /// <summary>P.</summary>
    public int Classes { get; } = Guard.Positive(Classes, nameof(Classes));

    /// <summary>Q.</summary>
    public int Samples { get; } = Guard.Positive(Samples, nameof(Samples));

    /// <summary>Batches of an epoch.</summary>
    public int Batches { get; } = Guard.Positive(Batches, nameof(Batches));

    /// <inheritdoc/>
    public override int DrawsPerEpoch(Dataset data) => checked(Classes * Samples * Batches);

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">Fewer than P classes have Q samples.</exception>
    public override int[] Draw(Dataset data, int seed, int epoch, int epochs)
    {
        ArgumentNullException.ThrowIfNull(data);
        var rowsOf = Enumerable.Range(0, data.ClassCount).Select(data.RowsOf).Where(rows => rows.Length >= Samples).ToArray();
        if (rowsOf.Length < Classes)
            throw new ArgumentException($"{rowsOf.Length} classes have {Samples} samples or more; batches of {Classes} classes were asked for.", nameof(data));
        var random = RandomStream.For(seed, "class batch sampler", epoch);
        var order = new int[DrawsPerEpoch(data)];
        var next = 0;
        for (var batch = 0; batch < Batches; batch++)
            foreach (var k in random.SampleWithoutReplacement(rowsOf.Length, Classes))
                foreach (var i in random.SampleWithoutReplacement(rowsOf[k].Length, Samples))
                    order[next++] = rowsOf[k][i];
        return order;
    }
}
