namespace Ballast.Learning.Training.Averaging;

/// <summary>An exponential moving average of the weights (EMA), updated at every step; validation and the end of training use it.</summary>
/// <remarks>
/// Source: Polyak and Juditsky 1992; average = d average + (1 - d) weights with d = min(Decay, (1 + t) / (10 + t)) after t steps, so that the first
/// weights are soon forgotten (as in TensorFlow's ExponentialMovingAverage). Running statistics are averaged alike; whole-number buffers are copied.
/// </remarks>
/// <param name="Decay">In (0, 1).</param>
public sealed record ExponentialAveraging(double Decay = 0.999) : WeightAveraging
{
    /// <summary>In (0, 1).</summary>
    public double Decay { get; } = Decay is > 0 and < 1 ? Decay : throw new ArgumentOutOfRangeException(nameof(Decay), Decay, "Decay must lie between 0 and 1.");
}
