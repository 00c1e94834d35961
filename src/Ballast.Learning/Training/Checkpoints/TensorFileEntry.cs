using Ballast.Core;
using Ballast.Exchange.Networks;
using Ballast.Exchange.Safetensors;
using static TorchSharp.torch;

namespace Ballast.Learning.Training.Checkpoints;

/// <summary>A torch tensor to and from an entry of a safetensors file, bit for bit.</summary>
internal static class TensorFileEntry
{
    /// <summary>A copy of the tensor as it is now.</summary>
    public static SafetensorsTensor Of(string name, Tensor tensor)
    {
        using var scope = NewDisposeScope();
        var values = tensor.detach().cpu().contiguous();
        return SafetensorsTensor.Raw(name, TypeOf(tensor), Extents.Of(tensor.shape.Select(extent => (int)extent)), values.numel() == 0 ? [] : values.bytes.ToArray());
    }

    /// <summary>Copies the entry's values into a tensor of the same type and shape.</summary>
    /// <exception cref="DataFormatException">There is no such entry, or it is of another type or shape.</exception>
    public static void CopyTo(SafetensorsFile file, string path, string name, Tensor tensor)
    {
        var entry = file[name];
        if (entry.Type != TypeOf(tensor) || !entry.Shape.Select(extent => (long)extent).SequenceEqual(tensor.shape))
            throw new DataFormatException(path, $"tensor '{name}' of {entry.Type} {entry.Shape}", $"{TypeOf(tensor)} [{string.Join(",", tensor.shape)}]");
        if (tensor.numel() == 0)
            return;
        using var scope = NewDisposeScope();
        using var gradients = no_grad();
        var values = empty(tensor.shape, tensor.dtype);
        file.ReadBytes(name, 0, values.bytes);
        tensor.copy_(values);
    }

    private static SafetensorsType TypeOf(Tensor tensor) => tensor.dtype switch
    {
        ScalarType.Float32 => SafetensorsType.Float32,
        ScalarType.Float64 => SafetensorsType.Float64,
        ScalarType.Float16 => SafetensorsType.Float16,
        ScalarType.BFloat16 => SafetensorsType.BFloat16,
        ScalarType.Int64 => SafetensorsType.Int64,
        ScalarType.Int32 => SafetensorsType.Int32,
        ScalarType.Int16 => SafetensorsType.Int16,
        ScalarType.Int8 => SafetensorsType.Int8,
        ScalarType.Byte => SafetensorsType.UInt8,
        ScalarType.Bool => SafetensorsType.Boolean,
        _ => throw new ArgumentException($"Tensors of type {tensor.dtype} cannot be kept in a checkpoint.", nameof(tensor)),
    };
}
