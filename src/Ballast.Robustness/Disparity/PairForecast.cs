namespace Ballast.Robustness.Disparity;

/// <summary>The forecast for two classes.</summary>
/// <param name="Frequent">The class with more rows.</param>
/// <param name="Rare">The other.</param>
/// <param name="Forecast">What robustness costs each.</param>
public sealed record PairForecast(int Frequent, int Rare, DisparityForecast Forecast);
