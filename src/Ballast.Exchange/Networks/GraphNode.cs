using Ballast.Exchange.Networks.Operators;

namespace Ballast.Exchange.Networks;

/// <summary>One step of a network: an operator, what it is applied to, and what comes out of it (always one value).</summary>
/// <param name="Name">Unique in the graph.</param>
/// <param name="Operator">What is computed.</param>
/// <param name="Inputs">What it is computed from, all of them earlier nodes.</param>
/// <param name="Type">Element type and shape of the result.</param>
public sealed record GraphNode(string Name, GraphOperator Operator, IReadOnlyList<GraphValue> Inputs, TensorType Type)
{
    /// <summary>Shape of the result, batch included.</summary>
    public Extents Shape => Type.Shape;

    /// <summary>Shape of the result for one sample.</summary>
    public Extents SampleShape => Type.SampleShape;

    /// <inheritdoc/>
    public bool Equals(GraphNode? other) =>
        other is not null && Name == other.Name && Inputs.SequenceEqual(other.Inputs) && Type == other.Type && Operator.Equals(other.Operator);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Name, Type, Inputs.Count);
}
