using Ballast.Core;

namespace Ballast.Data.Resampling;

/// <summary>The random choices of new rows: which base, which of its k neighbours, how far.</summary>
/// <param name="Bases">Places in the list of base rows.</param>
/// <param name="Picks">0..k-1.</param>
/// <param name="Steps">[0, 1).</param>
internal readonly record struct SyntheticDraws(int[] Bases, int[] Picks, double[] Steps)
{
    /// <summary>Draws row by row from one stream, so that fewer rows are a prefix of more.</summary>
    /// <param name="growth">How many, and by which rule bases are taken.</param>
    /// <param name="baseCount">Base rows to choose from.</param>
    /// <param name="neighbours">Neighbours of each base k.</param>
    /// <param name="random">The class's own stream.</param>
    public static SyntheticDraws Of(ClassGrowth growth, int baseCount, int neighbours, RandomStream random)
    {
        var count = growth.Percent is null ? growth.NewRows : growth.RowsFromEach(baseCount);
        var (bases, picks, steps) = (new int[count], new int[count], new double[count]);
        var sample = growth.Percent < 100 ? random.SampleWithoutReplacement(baseCount, count) : null;
        for (var i = 0; i < count; i++)
        {
            bases[i] = sample is not null ? sample[i] : growth.Percent is not null ? i % baseCount : random.Next(baseCount);
            picks[i] = random.Next(neighbours);
            steps[i] = random.NextDouble();
        }
        return new SyntheticDraws(bases, picks, steps);
    }
}
