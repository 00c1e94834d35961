using Ballast.Core;

namespace Ballast.Learning.Training.Schedules;

/// <summary>The rate is multiplied by <paramref name="Gamma"/> after every <paramref name="Every"/> epochs.</summary>
/// <param name="Every">Epochs between cuts, at least 1.</param>
/// <param name="Gamma">Factor of each cut, above 0.</param>
public sealed record StepRate(int Every, double Gamma = 0.1) : LearningRateSchedule
{
    /// <summary>Epochs between cuts.</summary>
    public int Every { get; } = Guard.Positive(Every);

    /// <summary>Factor of each cut.</summary>
    public double Gamma { get; } = Guard.Positive(Gamma);

    /// <inheritdoc/>
    public override double Factor(long step, int stepsPerEpoch, int epochs) => Math.Pow(Gamma, step / stepsPerEpoch / Every);
}
