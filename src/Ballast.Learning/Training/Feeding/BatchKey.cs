namespace Ballast.Learning.Training.Feeding;

/// <summary>Names one view of one batch, for everything that is drawn at random about it.</summary>
/// <param name="Seed">The run's seed.</param>
/// <param name="Epoch">Epoch from 0.</param>
/// <param name="Batch">Number of the batch over the whole training.</param>
/// <param name="Start">Position in the epoch's order of the batch's first sample: sample i of the batch has the position Start + i, also where a sampler shows one row many times.</param>
/// <param name="View">View from 0.</param>
/// <param name="Views">Views of each sample.</param>
public readonly record struct BatchKey(int Seed, int Epoch, long Batch, int Start, int View, int Views)
{
    /// <summary>A number that this view of sample <paramref name="i"/> of the batch shares with no other in the epoch.</summary>
    public int Draw(int i) => checked((Start + i) * Views + View);
}
