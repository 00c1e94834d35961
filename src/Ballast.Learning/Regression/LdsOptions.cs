using Ballast.Evaluation.Metrics;

namespace Ballast.Learning.Regression;

/// <summary>How label distribution smoothing weighs.</summary>
public sealed record LdsOptions
{
    /// <summary>Bins of labels; null for bins of width 1 that hold all labels, from 0 on where none is negative.</summary>
    public LabelBins? Bins { get; init; }

    /// <summary>What of a bin's count is smoothed.</summary>
    public LdsReweighting Reweighting { get; init; } = LdsReweighting.SquareRootInverse;

    /// <summary>The kernel; Gaussian of size 5 and sigma 2 unless given.</summary>
    public SmoothingKernel Kernel { get; init; } = new();
}
