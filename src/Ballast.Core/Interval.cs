namespace Ballast.Core;

/// <summary>A confidence interval [<paramref name="Low"/>, <paramref name="High"/>] of nominal coverage <paramref name="Level"/>.</summary>
/// <param name="Low">Lower end.</param>
/// <param name="High">Upper end, at least <paramref name="Low"/>.</param>
/// <param name="Level">Nominal coverage, 0.95 unless stated.</param>
public readonly record struct Interval(double Low, double High, double Level = 0.95)
{
    /// <summary>High minus low.</summary>
    public double Width => High - Low;

    /// <summary>Whether <paramref name="value"/> lies inside, ends included.</summary>
    public bool Contains(double value) => value >= Low && value <= High;

    /// <inheritdoc/>
    public override string ToString() => $"[{Low:0.####}, {High:0.####}]";
}

/// <summary>A measured figure with its interval and the number of rows behind it; no figure is shown without one of the two.</summary>
/// <param name="Value">The point estimate.</param>
/// <param name="Interval">Its interval.</param>
/// <param name="Count">Rows the figure rests on.</param>
public readonly record struct Estimate(double Value, Interval Interval, int Count)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Value:0.####} {Interval} (n={Count})";
}
