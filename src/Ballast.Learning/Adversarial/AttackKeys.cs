using Ballast.Core;
using Ballast.Learning.Training;

namespace Ballast.Learning.Adversarial;

/// <summary>Names the random start of every sample, so that no result depends on batch size or threads.</summary>
/// <param name="Seed">The run's seed.</param>
/// <param name="Draw">Which of many draws for the same rows: the training step, or a number of the caller's.</param>
/// <param name="Rows">[B] positions of the samples in their set, each at least 0 and below 2^32.</param>
public sealed record AttackKeys(int Seed, long Draw, IReadOnlyList<long> Rows)
{
    /// <summary>Keys of rows 0..<paramref name="count"/>-1.</summary>
    public static AttackKeys Range(int seed, int count) => new(seed, 0, [.. Enumerable.Range(0, count).Select(row => (long)row)]);

    /// <summary>Keys of a training batch at a step.</summary>
    public static AttackKeys Of(Batch batch, int seed, long step)
    {
        ArgumentNullException.ThrowIfNull(batch);
        using var rows = batch.Rows.cpu();
        return new AttackKeys(seed, step, rows.data<long>().ToArray());
    }

    /// <summary>The keys of some of the rows.</summary>
    internal AttackKeys Select(IReadOnlyList<long> samples) => this with { Rows = [.. samples.Select(i => Rows[(int)i])] };

    /// <summary>[B, d] standard normal draws, a stream a row.</summary>
    internal float[] Gaussians(int restart, int width) => Draws(restart, width, random => (float)random.NextGaussian());

    /// <summary>[B, d] draws uniform in [-1, 1), a stream a row.</summary>
    internal float[] Uniforms(int restart, int width) => Draws(restart, width, random => (float)(2 * random.NextDouble() - 1));

    /// <summary>[B] draws uniform in [0, 1), a stream a row.</summary>
    internal float[] Radii(int restart)
    {
        var radii = new float[Rows.Count];
        for (var i = 0; i < radii.Length; i++)
            radii[i] = (float)Stream("attack radius", restart, i).NextDouble();
        return radii;
    }

    private float[] Draws(int restart, int width, Func<RandomStream, float> next)
    {
        var values = new float[checked(Rows.Count * width)];
        for (var i = 0; i < Rows.Count; i++)
        {
            var random = Stream("attack start", restart, i);
            foreach (ref var value in values.AsSpan(i * width, width))
                value = next(random);
        }
        return values;
    }

    private RandomStream Stream(string what, int restart, int sample) =>
        RandomStream.For(Seed, restart == 0 ? what : $"{what} {restart}", (Draw << 32) | Rows[sample]);
}
