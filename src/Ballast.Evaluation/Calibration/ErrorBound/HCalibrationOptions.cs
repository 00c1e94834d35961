using Ballast.Core;

namespace Ballast.Evaluation.Calibration.ErrorBound;

/// <summary>How <see cref="HCalibration"/> is trained.</summary>
public sealed record HCalibrationOptions
{
    /// <summary>The map; piecewise linear with 10 segments by default.</summary>
    public HCalibrationMap Map { get; init; } = new HCalibrationMap.PiecewiseLinear();

    /// <summary>What the map is trained by.</summary>
    public FittingLoss Loss { get; init; }

    /// <summary>Window, epsilon and aggregation of the objective.</summary>
    public ErrorBoundOptions Objective { get; init; } = new();

    /// <summary>Which step is kept.</summary>
    public StepSelection Selection { get; init; }

    /// <summary>Share of the rows held out to choose the step by, 0 to below 1; used from <see cref="FewestRowsHeldOut"/> rows on, since fitted rows favour big maps.</summary>
    public double HeldOut { get; init => field = value is >= 0 and < 1 ? value : throw new ArgumentOutOfRangeException(nameof(HeldOut), value, "HeldOut must lie in [0, 1)."); } = 0.2;

    /// <summary>Rows from which on some are held out.</summary>
    public const int FewestRowsHeldOut = 2000;

    /// <summary>Steps of Adam at most.</summary>
    public int Steps { get; init => field = Guard.Positive(value, nameof(Steps)); } = 2000;

    /// <summary>Steps without a better selection metric after which training stops.</summary>
    public int Patience { get; init => field = Guard.Positive(value, nameof(Patience)); } = 160;

    /// <summary>Adam's learning rate at the start; it is halved when 30 steps bring no lower calibration error.</summary>
    public double LearningRate { get; init => field = Guard.Positive(value, nameof(LearningRate)); } = 0.02;

    /// <summary>Factor on the learning rate after every step, in (0, 1]; below 1 it replaces the halving.</summary>
    public double LearningRateDecay { get; init => field = value is > 0 and <= 1 ? value : throw new ArgumentOutOfRangeException(nameof(LearningRateDecay), value, "LearningRateDecay must lie in (0, 1]."); } = 1;

    /// <summary>Seed of the held-out rows, the batches and the network's start.</summary>
    public int Seed { get; init; }
}
