using Ballast.Core;

namespace Ballast.Numerics.Intervals;

/// <summary>The values that several statistics took over the draws of one bootstrap.</summary>
public sealed class BootstrapDraws
{
    private readonly double[] values;
    private readonly double[]?[] sorted;
    private readonly double level;

    internal BootstrapDraws(double[] values, int statistics, double level)
    {
        (this.values, this.level) = (values, level);
        Statistics = statistics;
        Draws = statistics == 0 ? 0 : values.Length / statistics;
        sorted = new double[]?[statistics];
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
            var own = Sorted(statistic);
            return new Interval(Bootstrap.Quantile(own, (1 - level) / 2), Bootstrap.Quantile(own, (1 + level) / 2), level);
        }
    }

    /// <summary>Draws in which the statistic was not defined (NaN); its interval leaves them out.</summary>
    public int UndefinedDraws(int statistic) => Draws - Sorted(statistic).Length;

    /// <summary>The values of a statistic, draw by draw: draws of several statistics belong together.</summary>
    public ReadOnlySpan<double> InOrder(int statistic) => values.AsSpan(statistic * Draws, Draws);

    /// <summary>The defined values of a statistic, ascending.</summary>
    public ReadOnlySpan<double> Sorted(int statistic)
    {
        if (sorted[statistic] is { } known)
            return known;
        double[] own = [.. InOrder(statistic)];
        own.AsSpan().Sort(); // NaN first
        var undefined = 0;
        while (undefined < own.Length && double.IsNaN(own[undefined]))
            undefined++;
        return sorted[statistic] = undefined == 0 ? own : own[undefined..];
    }
}
