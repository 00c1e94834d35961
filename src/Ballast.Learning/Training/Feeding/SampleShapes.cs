using Ballast.Learning.Networks;

namespace Ballast.Learning.Training.Feeding;

/// <summary>Whether samples fit a network.</summary>
internal static class SampleShapes
{
    public static void Check(Network network, IReadOnlyList<int> shape, string name)
    {
        ArgumentNullException.ThrowIfNull(network);
        if (!network.InputShape.SequenceEqual(shape.Select(extent => (long)extent)))
            throw new ArgumentException($"The samples have shape [{string.Join(",", shape)}], but the network '{network.Architecture}' takes [{string.Join(",", network.InputShape)}].", name);
    }
}
