using static TorchSharp.torch;

namespace Ballast.Learning.Networks;

/// <summary>A copy of a network's parameters and running statistics by name; the network may go on training.</summary>
public sealed class NetworkState : IDisposable
{
    private readonly Dictionary<string, Tensor> tensors;
    private readonly HashSet<string> parameters;

    private NetworkState(Dictionary<string, Tensor> tensors, HashSet<string> parameters) => (this.tensors, this.parameters) = (tensors, parameters);

    /// <summary>Every tensor by its name, parameters and buffers alike.</summary>
    public IReadOnlyDictionary<string, Tensor> Tensors => tensors;

    /// <summary>Copies the tensors of <paramref name="network"/>.</summary>
    public static NetworkState Of(Network network)
    {
        ArgumentNullException.ThrowIfNull(network);
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        return new(
            network.NamedTensors().ToDictionary(pair => pair.Name, pair => pair.Tensor.detach().clone().DetachFromDisposeScope()),
            [.. network.named_parameters().Select(pair => pair.name)]);
    }

    /// <summary>(1 - <paramref name="share"/>) a + share b, tensor by tensor; whole numbers (batches counted) are a's.</summary>
    /// <param name="a">Where share is 0.</param>
    /// <param name="b">Where share is 1.</param>
    /// <param name="share">Any number; outside [0, 1] it extrapolates.</param>
    /// <exception cref="ArgumentException">Names or shapes differ.</exception>
    public static NetworkState Interpolate(NetworkState a, NetworkState b, double share)
    {
        ArgumentNullException.ThrowIfNull(a);
        ArgumentNullException.ThrowIfNull(b);
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        RequireAlike(a, b);
        return new(
            a.tensors.ToDictionary(
                pair => pair.Key,
                pair => (pair.Value.is_floating_point() ? pair.Value.lerp(b.tensors[pair.Key].to(pair.Value.device), share) : pair.Value.clone()).DetachFromDisposeScope()),
            [.. a.parameters]);
    }

    /// <summary>Euclidean distance between the parameters of two states; running statistics do not count.</summary>
    /// <exception cref="ArgumentException">Names or shapes differ.</exception>
    public double DistanceTo(NetworkState other)
    {
        ArgumentNullException.ThrowIfNull(other);
        RequireAlike(this, other);
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        return Math.Sqrt(parameters.Sum(name => (tensors[name].to(float64) - other.tensors[name].to(float64, tensors[name].device)).square().sum().item<double>()));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var tensor in tensors.Values)
            tensor.Dispose();
    }

    private static void RequireAlike(NetworkState a, NetworkState b)
    {
        foreach (var (name, tensor) in a.tensors)
            if (!b.tensors.TryGetValue(name, out var other) || !tensor.shape.SequenceEqual(other.shape))
                throw new ArgumentException($"The states differ in tensor '{name}'.", nameof(b));
        if (b.tensors.Keys.FirstOrDefault(name => !a.tensors.ContainsKey(name)) is { } extra)
            throw new ArgumentException($"The states differ in tensor '{extra}'.", nameof(b));
    }
}
