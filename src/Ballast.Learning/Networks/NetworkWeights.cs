using System.Runtime.InteropServices;
using Ballast.Exchange.Networks;
using Ballast.Exchange.Safetensors;
using static TorchSharp.torch;

namespace Ballast.Learning.Networks;

/// <summary>A network's tensors as safetensors: real numbers in single precision, counts as 64-bit integers.</summary>
internal static class NetworkWeights
{
    public static IEnumerable<SafetensorsTensor> Of(Network network)
    {
        foreach (var (name, tensor) in network.NamedTensors())
        {
            using var scope = NewDisposeScope();
            var shape = Extents.Of(tensor.shape.Select(extent => checked((int)extent)));
            var plain = tensor.detach().to(tensor.is_floating_point() ? float32 : int64, CPU).contiguous();
            yield return tensor.is_floating_point()
                ? SafetensorsTensor.Of<float>(name, shape, MemoryMarshal.Cast<byte, float>(plain.bytes).ToArray())
                : SafetensorsTensor.Of<long>(name, shape, MemoryMarshal.Cast<byte, long>(plain.bytes).ToArray());
        }
    }

    /// <summary>Makes the described network with the weights of <paramref name="file"/>, in evaluation mode. A description that claims more weights than the file holds is refused before memory is taken.</summary>
    /// <exception cref="ArgumentException">The description is out of range, or its tensors are not those of the file.</exception>
    public static Network Read(NetworkDescription description, SafetensorsFile file)
    {
        // A head that stands in another's place is drawn after it.
        var network = description.Create(Initialization.Blank(budget: 2 * file.Tensors.Sum(tensor => tensor.Count)));
        try
        {
            Fill(network, file);
            network.eval();
            return network;
        }
        catch
        {
            network.Dispose();
            throw;
        }
    }

    private static void Fill(Network network, SafetensorsFile file)
    {
        var entries = file.Tensors.ToDictionary(tensor => tensor.Name);
        foreach (var (name, tensor) in network.NamedTensors())
        {
            if (!entries.Remove(name, out var entry))
                throw new ArgumentException($"The weights lack tensor '{name}'.", nameof(file));
            if (!entry.Shape.ToLongs().SequenceEqual(tensor.shape))
                throw new ArgumentException($"Tensor '{name}' has shape {entry.Shape}; the network's is [{string.Join(", ", tensor.shape)}].", nameof(file));
            using var scope = NewDisposeScope();
            using var gradients = no_grad();
            tensor.copy_((tensor.is_floating_point() ? TorchSharp.torch.tensor(file.ReadSingles(name)) : TorchSharp.torch.tensor(file.Read<long>(name))).reshape(tensor.shape));
        }
        if (entries.Count > 0)
            throw new ArgumentException($"The network has no tensor '{entries.Keys.Order(StringComparer.Ordinal).First()}'.", nameof(file));
    }
}
