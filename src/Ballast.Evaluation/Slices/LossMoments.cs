using Ballast.Core;
using Ballast.Numerics.Intervals;
using Ballast.Numerics.Significance;
using MathNet.Numerics.Distributions;

namespace Ballast.Evaluation.Slices;

/// <summary>Count, mean and variance of losses by Welford's recurrence.</summary>
internal sealed class LossMoments
{
    private double squares;

    public int Count { get; private set; }

    public double Mean { get; private set; }

    public double Sum { get; private set; }

    public double Variance => Count < 2 ? 0 : squares / (Count - 1);

    public void Add(double value)
    {
        Count++;
        Sum += value;
        var step = value - Mean;
        Mean += step / Count;
        squares += step * (value - Mean);
    }

    /// <summary>The mean with Wilson's interval for losses of 0 and 1, else Student's.</summary>
    public Estimate Estimate(LossKind kind)
    {
        if (kind == LossKind.Binary)
            return BinomialInterval.WilsonEstimate((int)Sum, Count);
        var half = Count < 2 ? double.PositiveInfinity : StudentT.InvCDF(0, 1, Count - 1, 0.975) * Math.Sqrt(Variance / Count);
        return new Estimate(Mean, new Interval(Mean - half, Mean + half), Count);
    }

    /// <summary>One-sided p-value of "these losses are higher than the others": Fisher's exact test for 0 and 1, else Welch's.</summary>
    public double PValueAgainst(LossMoments others, LossKind kind) => kind == LossKind.Binary
        ? OneSidedTest.Fisher((int)Sum, Count, (int)others.Sum, others.Count)
        : OneSidedTest.Welch(Mean, Variance, Count, others.Mean, others.Variance, others.Count);
}

/// <summary>What losses are.</summary>
internal enum LossKind
{
    /// <summary>0 or 1.</summary>
    Binary,

    /// <summary>Any number.</summary>
    Real,
}
