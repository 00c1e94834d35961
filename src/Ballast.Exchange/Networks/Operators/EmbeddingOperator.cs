namespace Ballast.Exchange.Networks.Operators;

/// <summary>Row of a table for each code: [...] to [..., d]. Codes may come as real numbers, such as a column of a float32 table; they are truncated.</summary>
/// <param name="Table">[codes, d]. Negative codes count from the end.</param>
public sealed record EmbeddingOperator(GraphTensor Table) : GraphOperator
{
    /// <inheritdoc/>
    public override IEnumerable<GraphTensor> Tensors => [Table];

    internal override TensorType Infer(IReadOnlyList<TensorType> inputs)
    {
        Shapes.RequireRank(Table, 2);
        return new TensorType(Table.Type, [.. Shapes.Single(inputs).Shape, Table.Shape[1]]);
    }

    internal override GraphOperator MapTensors(Func<GraphTensor, GraphTensor> map) => new EmbeddingOperator(map(Table));
}
