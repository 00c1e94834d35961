namespace Ballast.Numerics.Optimization;

/// <summary>Value of a smooth function at <paramref name="point"/>; writes its gradient.</summary>
public delegate double SmoothFunction(ReadOnlySpan<double> point, Span<double> gradient);
