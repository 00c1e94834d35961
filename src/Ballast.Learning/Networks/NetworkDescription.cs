namespace Ballast.Learning.Networks;

/// <summary>Architecture and head of a network: all but its weights.</summary>
/// <param name="Network">The architecture.</param>
/// <param name="Head">The head that stands, which may be another than the architecture's own.</param>
public sealed record NetworkDescription(NetworkConfiguration Network, HeadConfiguration Head)
{
    /// <summary>The description of a network.</summary>
    /// <exception cref="NotSupportedException">The network or its head cannot be made by its name.</exception>
    public static NetworkDescription Of(Network network)
    {
        ArgumentNullException.ThrowIfNull(network);
        return new(
            network.Configuration ?? throw new NotSupportedException($"The network '{network.Architecture}' cannot be made by its name."),
            HeadConfiguration.Of(network.Head));
    }

    /// <summary>Makes the network with weights from <paramref name="weights"/>, in training mode, on the CPU.</summary>
    /// <exception cref="ArgumentException">A width or count is out of range.</exception>
    public Network Create(Initialization weights)
    {
        var network = Network.Create(weights);
        if (HeadConfiguration.Of(network.Head) != Head)
            network.ReplaceHead(Head.Create(network.FeatureCount, weights));
        return network;
    }
}
