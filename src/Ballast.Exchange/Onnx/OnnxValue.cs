using Ballast.Exchange.Networks;

namespace Ballast.Exchange.Onnx;

/// <summary>What a name in an ONNX graph stands for while it is read: a node of the graph to be, or a constant that is known already.</summary>
internal sealed record OnnxValue
{
    /// <summary>Stands for the number of samples in whole-number constants that are computed from shapes.</summary>
    public const long BatchSize = long.MinValue;

    private OnnxValue()
    {
    }

    public GraphValue? Computed { get; private init; }

    public GraphTensor? Constant { get; private init; }

    public bool IsInitializer { get; private init; }

    public bool IsSymbolic => Constant is { IsReal: false } constant && constant.Integers.Span.Contains(BatchSize);

    public static OnnxValue Of(GraphValue value) => new() { Computed = value };

    public static OnnxValue Of(GraphTensor constant) => new() { Constant = constant };

    public static OnnxValue Initializer(GraphTensor constant) => new() { Constant = constant, IsInitializer = true };
}
