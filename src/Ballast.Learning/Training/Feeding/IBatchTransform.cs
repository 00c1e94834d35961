using Ballast.Core;

namespace Ballast.Learning.Training.Feeding;

/// <summary>Changes the samples of a batch before the network sees them: augmentation and mixing. Called on a background thread, one batch ahead.</summary>
public interface IBatchTransform
{
    /// <summary>Shape of a sample after the transform.</summary>
    /// <param name="sampleShape">Shape of a sample in the data.</param>
    IReadOnlyList<int> OutputShape(IReadOnlyList<int> sampleShape);

    /// <summary>Fills the samples of one view of a batch.</summary>
    /// <param name="data">The training samples.</param>
    /// <param name="rows">[n] positions in <paramref name="data"/>.</param>
    /// <param name="key">Names the draw: equal keys must give equal samples on any number of threads.</param>
    /// <param name="output">n x width values, row-major, to be filled whole.</param>
    /// <returns>How the samples were mixed with others of the batch; null where they were not.</returns>
    BatchMix? Fill(Dataset data, ReadOnlyMemory<int> rows, BatchKey key, Memory<float> output);
}
