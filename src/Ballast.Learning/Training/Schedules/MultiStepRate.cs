using Ballast.Core;

namespace Ballast.Learning.Training.Schedules;

/// <summary>The rate is multiplied by <see cref="Gamma"/> at the beginning of each milestone epoch.</summary>
/// <param name="Milestones">Epochs from 0, each at least 1.</param>
/// <param name="Gamma">Factor of each cut, above 0.</param>
public sealed record MultiStepRate(IReadOnlyList<int> Milestones, double Gamma = 0.1) : LearningRateSchedule
{
    /// <summary>Epochs at which the rate is cut.</summary>
    public IReadOnlyList<int> Milestones { get; } = [.. Milestones.Select(epoch => Guard.Positive(epoch, nameof(Milestones)))];

    /// <summary>Factor of each cut.</summary>
    public double Gamma { get; } = Guard.Positive(Gamma);

    /// <inheritdoc/>
    public override double Factor(long step, int stepsPerEpoch, int epochs) => Math.Pow(Gamma, Milestones.Count(epoch => step / stepsPerEpoch >= epoch));

    // A list prints as its type; checkpoints tell trainings apart by what their options print.
    /// <summary>The milestones and the factor.</summary>
    public override string ToString() => $"{nameof(MultiStepRate)} {{ Milestones = {string.Join(", ", Milestones)}, Gamma = {Gamma} }}";
}
