using Ballast.Evaluation.Metrics;

namespace Ballast.Learning.Regression;

/// <summary>How feature distribution smoothing keeps and smooths its statistics.</summary>
/// <param name="Bins">Bins of labels; labels outside are pooled in the end bins. More than the kernel's half size of them.</param>
public sealed record FdsOptions(LabelBins Bins)
{
    /// <summary>The kernel; Gaussian of size 5 and sigma 2 unless given.</summary>
    public SmoothingKernel Kernel { get; init; } = new();

    /// <summary>Share of the old statistics kept at an epoch's end, in [0, 1).</summary>
    public double Momentum { get; init; } = 0.9;

    /// <summary>The first epoch (from 0) whose features are smoothed, at least 1: statistics of an epoch must stand.</summary>
    public int FirstEpoch { get; init; } = 1;
}
