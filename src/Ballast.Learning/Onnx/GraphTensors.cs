using Ballast.Exchange;
using Ballast.Exchange.Networks;
using static TorchSharp.torch;

namespace Ballast.Learning.Onnx;

/// <summary>Tensors between a graph and torch; always copied.</summary>
public static class GraphTensors
{
    /// <summary>A torch tensor of the same type, shape and content.</summary>
    /// <exception cref="NotSupportedException">Torch has no such element type.</exception>
    public static Tensor ToTorch(GraphTensor tensor)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        using var scope = NewDisposeScope();
        var flat = tensor.Type switch
        {
            ElementType.Float32 => TorchSharp.torch.tensor(tensor.Values.ToArray()),
            ElementType.Float64 => TorchSharp.torch.tensor(tensor.Doubles.ToArray()),
            _ => TorchSharp.torch.tensor(tensor.Integers.ToArray()).to_type(TypeOf(tensor.Type)),
        };
        // Memory of torch's own, aligned to a cache line: a managed array starts anywhere, and kernels round by where a tensor starts, so that two modules of one network would differ.
        return flat.reshape(tensor.Shape.ToLongs()).clone().MoveToOuterDisposeScope();
    }

    /// <summary>A tensor for a graph with the content of a torch tensor, from any device, in single precision.</summary>
    /// <param name="name">Its name in the graph.</param>
    /// <param name="tensor">Of any real type.</param>
    public static GraphTensor FromTorch(string name, Tensor tensor)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        using var scope = NewDisposeScope();
        return new GraphTensor(name, Extents.Of(tensor.shape.Select(extent => checked((int)extent))), tensor.detach().to_type(ScalarType.Float32).cpu().contiguous().data<float>().ToArray());
    }

    /// <summary>The element type in torch.</summary>
    /// <exception cref="NotSupportedException">Torch has none such.</exception>
    public static ScalarType TypeOf(ElementType type) => type switch
    {
        ElementType.Float32 => ScalarType.Float32,
        ElementType.Float64 => ScalarType.Float64,
        ElementType.Float16 => ScalarType.Float16,
        ElementType.Int64 => ScalarType.Int64,
        ElementType.Int32 => ScalarType.Int32,
        ElementType.Int16 => ScalarType.Int16,
        ElementType.Int8 => ScalarType.Int8,
        ElementType.UInt8 => ScalarType.Byte,
        ElementType.Boolean => ScalarType.Bool,
        _ => throw new NotSupportedException($"Torch has no arithmetic on {type}."),
    };

    internal static GraphTensor FromTorch(GraphTensor like, Tensor tensor)
    {
        if (like.Type != ElementType.Float64)
            return FromTorch(like.Name, tensor);
        using var scope = NewDisposeScope();
        return new GraphTensor(like.Name, like.Shape, tensor.detach().to_type(ScalarType.Float64).cpu().contiguous().data<double>().ToArray());
    }
}
