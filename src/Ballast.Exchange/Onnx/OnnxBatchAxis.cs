namespace Ballast.Exchange.Onnx;

/// <summary>What the first axis of a network's inputs is taken for.</summary>
public enum OnnxBatchAxis
{
    /// <summary>
    /// The batch, where the file leaves its extent open, and also where every input has the extent 1 there, as networks that were exported for one sample have. Should the network not be
    /// readable so, the extents stand as written.
    /// </summary>
    Automatic,

    /// <summary>The batch where the file leaves its extent open; extents that are given stand.</summary>
    AsWritten,
}
