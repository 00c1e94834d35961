using Ballast.Core;

namespace Ballast.Reproductions.Srat;

/// <summary>A task with five frequent (even) and five rare (odd) classes, and how networks are trained on it.</summary>
/// <param name="Pool">Rows that training rows are drawn from.</param>
/// <param name="Test">Rows to judge by.</param>
/// <param name="Frequent">Training rows of each even class.</param>
/// <param name="Rare">Training rows of each odd class.</param>
/// <param name="Epsilon">Radius in the maximum norm.</param>
/// <param name="Epochs">Passes over the rows.</param>
/// <param name="Batch">Rows of a step.</param>
/// <param name="Turn">The epoch at which late weights begin and the rate falls.</param>
internal sealed record SratSetting(Dataset Pool, Dataset Test, int Frequent, int Rare, double Epsilon, int Epochs, int Batch, int Turn)
{
    /// <summary>Steps of the attack in training.</summary>
    public int Steps { get; init; } = 5;

    /// <summary>Factor on the rate from <see cref="Turn"/> on.</summary>
    public double Fall { get; init; } = 0.5;

    /// <summary>Training rows by seed.</summary>
    public Dataset Drawn(int seed)
    {
        var rows = new List<int>();
        for (var k = 0; k < Pool.ClassCount; k++)
        {
            var own = Pool.RowsOf(k);
            rows.AddRange(RandomStream.For(seed, "srat rows", k).SampleWithoutReplacement(own.Length, k % 2 == 0 ? Frequent : Rare).Select(i => own[i]));
        }
        return Pool.Select([.. rows]);
    }
}
