using Ballast.Core;

namespace Ballast.Robustness.Tightness;

/// <summary>Local propagation tightness of a network over labelled samples, with its accuracy, without which a tightness near 1 says nothing.</summary>
/// <param name="Mean">Mean over samples and margin rows.</param>
/// <param name="Percentiles">2.5th and 97.5th percentile over samples and rows.</param>
/// <param name="Accuracy">Share of samples classified right.</param>
/// <param name="Samples">How many.</param>
public sealed record TightnessReport(double Mean, Interval Percentiles, double Accuracy, int Samples);
