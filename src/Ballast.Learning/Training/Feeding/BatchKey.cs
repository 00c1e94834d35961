namespace Ballast.Learning.Training.Feeding;

/// <summary>Names one view of one batch, for everything that is drawn at random about it.</summary>
/// <param name="Seed">The run's seed.</param>
/// <param name="Epoch">Epoch from 0.</param>
/// <param name="Start">Position in the epoch's order of the batch's first sample: sample i of the batch has the position Start + i, also where a sampler shows one row many times.</param>
/// <param name="View">View from 0.</param>
public readonly record struct BatchKey(int Seed, int Epoch, int Start, int View);
