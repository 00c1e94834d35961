using Ballast.Exchange.Networks.Operators;

namespace Ballast.Exchange.Networks;

public sealed partial class NetworkGraphBuilder
{
    /// <summary>max(x, 0).</summary>
    public GraphValue Relu(GraphValue x, string? name = null) => Apply(new ReluOperator(), name, x);

    /// <summary>x above 0, slope times x below.</summary>
    public GraphValue LeakyRelu(GraphValue x, float slope = 0.01f, string? name = null) => Apply(new LeakyReluOperator(slope), name, x);

    /// <summary>x above 0, alpha (e^x - 1) below.</summary>
    public GraphValue Elu(GraphValue x, float alpha = 1, string? name = null) => Apply(new EluOperator(alpha), name, x);

    /// <summary>x Phi(x).</summary>
    public GraphValue Gelu(GraphValue x, GeluApproximation approximation = GeluApproximation.None, string? name = null) => Apply(new GeluOperator(approximation), name, x);

    /// <summary>x / (1 + e^-x).</summary>
    public GraphValue Silu(GraphValue x, string? name = null) => Apply(new SiluOperator(), name, x);

    /// <summary>x tanh(log(1 + e^x)).</summary>
    public GraphValue Mish(GraphValue x, string? name = null) => Apply(new MishOperator(), name, x);

    /// <summary>x max(0, min(1, x / 6 + 1 / 2)).</summary>
    public GraphValue HardSwish(GraphValue x, string? name = null) => Apply(new HardSwishOperator(), name, x);

    /// <summary>log(1 + e^x).</summary>
    public GraphValue Softplus(GraphValue x, string? name = null) => Apply(new SoftplusOperator(), name, x);

    /// <summary>1 / (1 + e^-x).</summary>
    public GraphValue Sigmoid(GraphValue x, string? name = null) => Apply(new SigmoidOperator(), name, x);

    /// <summary>Hyperbolic tangent.</summary>
    public GraphValue Tanh(GraphValue x, string? name = null) => Apply(new TanhOperator(), name, x);

    /// <summary>min(max(x, low), high).</summary>
    public GraphValue Clip(GraphValue x, double low, double high, string? name = null) => Apply(new ClipOperator(low, high), name, x);

    /// <summary>e^x divided by its sum along an axis of the sample; by default the last.</summary>
    public GraphValue Softmax(GraphValue x, int axis = -1, string? name = null) => Apply(new SoftmaxOperator(SampleAxis(x, axis)), name, x);

    /// <summary>Logarithm of <see cref="Softmax"/>.</summary>
    public GraphValue LogSoftmax(GraphValue x, int axis = -1, string? name = null) => Apply(new LogSoftmaxOperator(SampleAxis(x, axis)), name, x);

    /// <summary>a + b, broadcast.</summary>
    public GraphValue Add(GraphValue a, GraphValue b, string? name = null) => Apply(new AddOperator(), name, a, b);

    /// <summary>a - b, broadcast.</summary>
    public GraphValue Subtract(GraphValue a, GraphValue b, string? name = null) => Apply(new SubtractOperator(), name, a, b);

    /// <summary>a b, broadcast.</summary>
    public GraphValue Multiply(GraphValue a, GraphValue b, string? name = null) => Apply(new MultiplyOperator(), name, a, b);

    /// <summary>a / b, broadcast.</summary>
    public GraphValue Divide(GraphValue a, GraphValue b, string? name = null) => Apply(new DivideOperator(), name, a, b);

    /// <summary>Matrix product of two computed values over their last two axes.</summary>
    public GraphValue MatMul(GraphValue a, GraphValue b, string? name = null) => Apply(new MatMulOperator(), name, a, b);

    /// <summary>All elements of a sample in one axis.</summary>
    public GraphValue Flatten(GraphValue x, string? name = null) => Reshape(x, [(int)TypeOf(x).SampleShape.Product], name);

    /// <summary>The same elements of each sample in another shape.</summary>
    public GraphValue Reshape(GraphValue x, Extents sampleShape, string? name = null) => Apply(new ReshapeOperator(WithBatchOf(x, sampleShape)), name, x);

    /// <summary>Axes of the sample in another order.</summary>
    public GraphValue Transpose(GraphValue x, Extents permutation, string? name = null)
    {
        var lead = Lead(x);
        return Apply(new TransposeOperator([.. Enumerable.Range(0, lead), .. permutation.Select(axis => axis + lead)]), name, x);
    }

    /// <summary>Values joined along an axis of the sample; by default the last.</summary>
    public GraphValue Concat(IReadOnlyList<GraphValue> values, int axis = -1, string? name = null)
    {
        ArgumentNullException.ThrowIfNull(values);
        return Apply(new ConcatOperator(values.Count > 0 ? SampleAxis(values[0], axis) : 0), name, values);
    }

    /// <summary><paramref name="count"/> elements of an axis of the sample from <paramref name="start"/> on; by default of the last.</summary>
    public GraphValue Slice(GraphValue x, int start, int count, int axis = -1, string? name = null) => Apply(new SliceOperator(SampleAxis(x, axis), start, count), name, x);

    /// <summary>Chosen elements of the last axis, such as columns of a table.</summary>
    public GraphValue Columns(GraphValue x, Extents columns, string? name = null) => Apply(new SelectOperator(TypeOf(x).Shape.Count - 1, columns), name, x);

    /// <summary>One element of the last axis, which goes away: [..., d] to [...].</summary>
    public GraphValue Column(GraphValue x, int column, string? name = null)
    {
        var shape = TypeOf(x).SampleShape;
        return Reshape(Slice(x, column, 1), Extents.Of(shape.SkipLast(1)), name);
    }

    /// <summary>Mean over axes of the sample, which keep extent 1.</summary>
    public GraphValue Mean(GraphValue x, Extents axes, string? name = null) =>
        Apply(new ReduceOperator(ReduceFunction.Mean, Extents.Of(axes.Select(axis => SampleAxis(x, axis)).Order())), name, x);

    /// <summary>Sum over axes of the sample, which keep extent 1.</summary>
    public GraphValue Sum(GraphValue x, Extents axes, string? name = null) =>
        Apply(new ReduceOperator(ReduceFunction.Sum, Extents.Of(axes.Select(axis => SampleAxis(x, axis)).Order())), name, x);

    /// <summary>Constants added before and after each axis of the sample.</summary>
    public GraphValue Pad(GraphValue x, Extents before, Extents after, float value = 0, string? name = null)
    {
        var lead = Extents.Repeat(0, Lead(x));
        return Apply(new PadOperator([.. lead, .. before], [.. lead, .. after], PadMode.Constant, value), name, x);
    }

    private int Lead(GraphValue x) => TypeOf(x).Shape.Count - TypeOf(x).SampleShape.Count;

    private Extents WithBatchOf(GraphValue x, Extents sampleShape) => Lead(x) == 0 ? sampleShape : [Extents.Batch, .. sampleShape];

    private int SampleAxis(GraphValue x, int axis) => axis < 0 ? axis + TypeOf(x).Shape.Count : axis + Lead(x);
}
