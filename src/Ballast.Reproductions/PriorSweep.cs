using Ballast.Core;

namespace Ballast.Reproductions;

/// <summary>Gaussian naive Bayes for a rare class against the rest, whose prior can be multiplied.</summary>
/// <remarks>Variances get 1e-9 of the largest column variance added, so that a constant column does no harm.</remarks>
internal sealed class PriorSweep
{
    private readonly double[][] means, variances;
    private readonly double[] logPriors;

    public PriorSweep(Dataset data, int rare)
    {
        var labels = data.Labels.ToArray();
        int[][] rows = [[.. Enumerable.Range(0, data.Count).Where(i => labels[i] != rare)], [.. Enumerable.Range(0, data.Count).Where(i => labels[i] == rare)]];
        var floor = 1e-9 * Moments(data, [.. Enumerable.Range(0, data.Count)]).Variance.Max();
        var moments = Array.ConvertAll(rows, part => Moments(data, part));
        means = Array.ConvertAll(moments, moment => moment.Mean);
        variances = Array.ConvertAll(moments, moment => Array.ConvertAll(moment.Variance, variance => variance + floor));
        logPriors = Array.ConvertAll(rows, part => Math.Log((double)part.Length / data.Count));
    }

    /// <summary>log P(rare | x) - log P(rest | x) at the training shares: with the rare prior times w, the row is rare where this exceeds -log w.</summary>
    public double LogOdds(ReadOnlySpan<float> row) => LogJoint(row, 1) - LogJoint(row, 0);

    private double LogJoint(ReadOnlySpan<float> row, int side)
    {
        var sum = logPriors[side];
        for (var j = 0; j < row.Length; j++)
        {
            var distance = row[j] - means[side][j];
            sum -= (Math.Log(2 * Math.PI * variances[side][j]) + distance * distance / variances[side][j]) / 2;
        }
        return sum;
    }

    private static (double[] Mean, double[] Variance) Moments(Dataset data, int[] rows)
    {
        var (mean, variance) = (new double[data.Width], new double[data.Width]);
        foreach (var row in rows)
            for (var j = 0; j < mean.Length; j++)
                mean[j] += data.Row(row)[j] / (double)rows.Length;
        foreach (var row in rows)
            for (var j = 0; j < mean.Length; j++)
                variance[j] += (data.Row(row)[j] - mean[j]) * (data.Row(row)[j] - mean[j]) / rows.Length;
        return (mean, variance);
    }
}
