using Ballast.Learning.Networks;
using static TorchSharp.torch;

namespace Ballast.Learning.Training.Averaging;

/// <summary>A second set of a network's parameters and buffers: an average or a memory of the best.</summary>
internal sealed class WeightSet
{
    private readonly (string Name, Tensor Live, Tensor Copy)[] tensors;

    /// <summary>Copies the network's tensors as they are; the copies belong to the scope in force.</summary>
    public WeightSet(Network network)
    {
        using var gradients = no_grad();
        tensors = [.. Live(network).Select(t => (t.Name, t.Tensor, t.Tensor.detach().clone()))];
    }

    /// <summary>The copies by name.</summary>
    public IEnumerable<(string Name, Tensor Tensor)> Tensors => tensors.Select(t => (t.Name, t.Copy));

    /// <summary>Parameters and buffers of a network by name.</summary>
    public static IEnumerable<(string Name, Tensor Tensor)> Live(Network network) =>
        network.named_parameters().Select(p => (p.name, (Tensor)p.parameter)).Concat(network.named_buffers().Select(b => (b.name, b.buffer)));

    /// <summary>copy = decay copy + (1 - decay) network; whole numbers are copied.</summary>
    public void Blend(double decay)
    {
        using var gradients = no_grad();
        foreach (var (_, live, copy) in tensors)
        {
            if (copy.is_floating_point())
                copy.mul_(decay).add_(live, alpha: 1 - decay);
            else
                copy.copy_(live);
        }
    }

    /// <summary>Takes the network's tensors.</summary>
    public void Take()
    {
        using var gradients = no_grad();
        foreach (var (_, live, copy) in tensors)
            copy.copy_(live);
    }

    /// <summary>Gives the network these tensors.</summary>
    public void Give()
    {
        using var gradients = no_grad();
        foreach (var (_, live, copy) in tensors)
            live.copy_(copy);
    }

    /// <summary>Exchanges the network's tensors and these; twice leaves all as it was.</summary>
    public void Swap()
    {
        using var gradients = no_grad();
        foreach (var (_, live, copy) in tensors)
        {
            using var held = live.clone();
            live.copy_(copy);
            copy.copy_(held);
        }
    }
}
