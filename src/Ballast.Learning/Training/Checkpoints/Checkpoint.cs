using Ballast.Exchange.Safetensors;
using static TorchSharp.torch;

namespace Ballast.Learning.Training.Checkpoints;

/// <summary>A whole checkpoint, opened.</summary>
internal sealed class Checkpoint(string path, SafetensorsFile file, CheckpointState state) : IDisposable
{
    public CheckpointState State => state;

    /// <summary>Whether the checkpoint holds a tensor of this name.</summary>
    public bool Holds(string name) => file.Tensors.Any(entry => entry.Name == name);

    /// <summary>Copies the values of these tensors out of the checkpoint.</summary>
    public void CopyTo(IEnumerable<(string Name, Tensor Tensor)> tensors)
    {
        foreach (var (name, tensor) in tensors)
            TensorFileEntry.CopyTo(file, path, name, tensor);
    }

    public void Dispose() => file.Dispose();
}
