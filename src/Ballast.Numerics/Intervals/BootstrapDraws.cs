using Ballast.Core;

namespace Ballast.Numerics.Intervals;

/// <summary>The values that several statistics took over the draws of one bootstrap, each sorted ascending.</summary>
public sealed class BootstrapDraws
{
    private readonly double[] values;
    private readonly int[] undefined;
    private readonly double level;

    internal BootstrapDraws(double[] values, int statistics, double level)
    {
        (this.values, this.level) = (values, level);
        Statistics = statistics;
        Draws = statistics == 0 ? 0 : values.Length / statistics;
        undefined = new int[statistics];
        for (var s = 0; s < statistics; s++)
        {
            var own = values.AsSpan(s * Draws, Draws);
            own.Sort(); // NaN first
            while (undefined[s] < Draws && double.IsNaN(own[undefined[s]]))
                undefined[s]++;
        }
    }

    /// <summary>Number of statistics.</summary>
    public int Statistics { get; }

    /// <summary>Number of draws B.</summary>
    public int Draws { get; }

    /// <summary>Percentile interval of a statistic over the draws that defined it; NaN ends when none did.</summary>
    public Interval this[int statistic]
    {
        get
        {
            var sorted = Sorted(statistic);
            return new Interval(Bootstrap.Quantile(sorted, (1 - level) / 2), Bootstrap.Quantile(sorted, (1 + level) / 2), level);
        }
    }

    /// <summary>Draws in which the statistic was not defined (NaN); its interval leaves them out.</summary>
    public int UndefinedDraws(int statistic) => undefined[statistic];

    /// <summary>The defined values of a statistic, ascending.</summary>
    public ReadOnlySpan<double> Sorted(int statistic) =>
        values.AsSpan(statistic * Draws + undefined[statistic], Draws - undefined[statistic]);
}
