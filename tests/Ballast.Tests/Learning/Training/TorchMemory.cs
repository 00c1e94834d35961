namespace Ballast.Tests.Learning.Training;

/// <summary>Tests that count torch's tensors or measure the process: they run when no other test does.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class TorchMemory
{
    public const string Name = "Torch memory";

    /// <summary>Torch's tensors once the garbage of earlier tests is gone. What is counted after it is not settled again: a tensor left to the finaliser counts as left.</summary>
    public static long Settled()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        return TorchSharp.torch.Tensor.TotalCount;
    }
}
