using Ballast.Exchange.Networks.Operators;

namespace Ballast.Exchange.Networks;

public sealed partial class NetworkGraphBuilder
{
    /// <summary>x W^T + b over the last axis.</summary>
    /// <param name="name">Name of the node.</param>
    /// <param name="x">[..., in].</param>
    /// <param name="weight">[out, in].</param>
    /// <param name="bias">[out], or null.</param>
    public GraphValue Linear(string name, GraphValue x, GraphTensor weight, GraphTensor? bias = null) => Apply(new LinearOperator(weight, bias), name, x);

    /// <summary>Convolution over two spatial axes, the same along both.</summary>
    /// <param name="name">Name of the node.</param>
    /// <param name="x">[c, h, w].</param>
    /// <param name="weight">[m, c / groups, kh, kw].</param>
    /// <param name="bias">[m], or null.</param>
    /// <param name="stride">At least 1.</param>
    /// <param name="padding">Zeros on every side.</param>
    /// <param name="dilation">At least 1.</param>
    /// <param name="groups">Groups of channels; c for a depthwise convolution.</param>
    public GraphValue Conv2d(string name, GraphValue x, GraphTensor weight, GraphTensor? bias = null, int stride = 1, int padding = 0, int dilation = 1, int groups = 1) =>
        Conv(name, x, weight, bias, SlidingWindow.Uniform(KernelOf(weight, 2), stride, padding, dilation), groups);

    /// <summary>Convolution over one spatial axis; <paramref name="x"/> is [c, l], <paramref name="weight"/> [m, c / groups, k].</summary>
    public GraphValue Conv1d(string name, GraphValue x, GraphTensor weight, GraphTensor? bias = null, int stride = 1, int padding = 0, int dilation = 1, int groups = 1) =>
        Conv(name, x, weight, bias, SlidingWindow.Uniform(KernelOf(weight, 1), stride, padding, dilation), groups);

    /// <summary>Convolution by any window, asymmetric padding included.</summary>
    public GraphValue Conv(string name, GraphValue x, GraphTensor weight, GraphTensor? bias, SlidingWindow window, int groups = 1) =>
        Apply(new ConvOperator(weight, bias, window, groups), name, x);

    /// <summary>Normalises each channel by its running statistics.</summary>
    /// <param name="name">Name of the node.</param>
    /// <param name="x">[c, ...].</param>
    /// <param name="scale">[c], torch's weight.</param>
    /// <param name="shift">[c], torch's bias.</param>
    /// <param name="mean">[c], torch's running mean.</param>
    /// <param name="variance">[c], torch's running variance.</param>
    /// <param name="epsilon">Added to the variance.</param>
    /// <param name="momentum">Share that the old statistic keeps: 1 minus torch's momentum.</param>
    public GraphValue BatchNorm(
        string name, GraphValue x, GraphTensor scale, GraphTensor shift, GraphTensor mean, GraphTensor variance, float epsilon = 1e-5f, float momentum = 0.9f) =>
        Apply(new BatchNormOperator(scale, shift, mean, variance, epsilon, momentum), name, x);

    /// <summary>Row of a table for each code: [...] to [..., d]. Codes may be real numbers.</summary>
    public GraphValue Embedding(string name, GraphValue codes, GraphTensor table) => Apply(new EmbeddingOperator(table), name, codes);

    /// <summary>ReLU with slopes that are learnt; <paramref name="slope"/> broadcasts from the last axis, so one a channel of an image is [c, 1, 1].</summary>
    public GraphValue PRelu(string name, GraphValue x, GraphTensor slope) => Apply(new PReluOperator(slope), name, x);

    /// <summary>A constant that training leaves alone, such as a normalisation. The node is named as the tensor; the same tensor again gives the same node.</summary>
    public GraphValue Constant(GraphTensor value) => Constant(value, new ConstantOperator(value));

    /// <summary>A tensor that training changes and that belongs to no layer.</summary>
    public GraphValue Parameter(GraphTensor value) => Constant(value, new ConstantOperator(value) { IsTrainable = true });

    /// <summary>x times one number.</summary>
    public GraphValue Scale(GraphValue x, float factor, string? name = null) => Multiply(x, Number("factor", factor), name);

    /// <summary>x scale + shift, broadcast from the last axis.</summary>
    public GraphValue Affine(GraphValue x, GraphTensor scale, GraphTensor shift, string? name = null) => Add(Multiply(x, Constant(scale)), Constant(shift), name);

    /// <summary>x divided by the greater of its Euclidean norm along the last axis and <paramref name="epsilon"/>.</summary>
    public GraphValue L2Normalize(GraphValue x, float epsilon = 1e-12f, string? name = null)
    {
        var norm = Apply(new ReduceOperator(ReduceFunction.L2, [TypeOf(x).Shape.Count - 1]), null, x);
        return Divide(x, Clip(norm, epsilon, double.PositiveInfinity), name);
    }

    /// <summary>Zeroes elements in training; nothing otherwise.</summary>
    public GraphValue Dropout(GraphValue x, float ratio = 0.5f, string? name = null) => Apply(new DropoutOperator(ratio), name, x);

    /// <summary>Greatest value in each k x k window. A stride of 0 stands for k.</summary>
    public GraphValue MaxPool2d(GraphValue x, int kernel, int stride = 0, int padding = 0, string? name = null) =>
        Apply(new MaxPoolOperator(SlidingWindow.Uniform([kernel, kernel], stride == 0 ? kernel : stride, padding)), name, x);

    /// <summary>Mean of each k x k window. A stride of 0 stands for k.</summary>
    public GraphValue AveragePool2d(GraphValue x, int kernel, int stride = 0, int padding = 0, PoolPadding counted = PoolPadding.Included, string? name = null) =>
        Apply(new AveragePoolOperator(SlidingWindow.Uniform([kernel, kernel], stride == 0 ? kernel : stride, padding), counted), name, x);

    /// <summary>Mean of each channel: [c, h, w] to [c, 1, 1].</summary>
    public GraphValue GlobalAveragePool(GraphValue x, string? name = null) => Apply(new GlobalAveragePoolOperator(), name, x);

    /// <summary>Greatest value of each channel: [c, h, w] to [c, 1, 1].</summary>
    public GraphValue GlobalMaxPool(GraphValue x, string? name = null) => Apply(new GlobalMaxPoolOperator(), name, x);

    private static Extents KernelOf(GraphTensor weight, int rank) => weight.Shape.Count == rank + 2
        ? weight.Shape.Skip(2)
        : throw new ArgumentException($"{weight} must have {rank + 2} axes.", nameof(weight));

    private GraphValue Constant(GraphTensor value, ConstantOperator applied)
    {
        ArgumentNullException.ThrowIfNull(value);
        if (constants.TryGetValue(value.Name, out var known) && nodes[known.Index].Operator.Equals(applied))
            return known;
        return constants[value.Name] = Apply(applied, Fresh(value.Name));
    }

    private string Fresh(string name)
    {
        var fresh = name;
        for (var i = 1; names.Contains(fresh); i++)
            fresh = $"{name}_{i}";
        return fresh;
    }

    private GraphValue Number(string kind, float value)
    {
        var name = kind;
        for (var i = 1; names.Contains(name) || tensors.ContainsKey(name); i++)
            name = $"{kind}{i}";
        return Constant(new GraphTensor(name, Extents.None, new[] { value }));
    }
}
