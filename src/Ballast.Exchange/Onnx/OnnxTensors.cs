using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using Ballast.Core;
using Ballast.Exchange.Networks;
using Ballast.Exchange.Onnx.Protobuf;
using Google.Protobuf;
using Google.Protobuf.Collections;
using DataType = Ballast.Exchange.Onnx.Protobuf.TensorProto.Types.DataType;

namespace Ballast.Exchange.Onnx;

/// <summary>Tensors and types between the wire format and the graph.</summary>
internal static class OnnxTensors
{
    // No network has tensors of more axes, and shapes are built axis by axis.
    private const int MaxRank = 32;

    public static GraphTensor Read(TensorProto tensor, string name, string file, string? folder)
    {
        var type = ElementOf(tensor.DataType, $"tensor '{name}'", file);
        var shape = ShapeOf(tensor, name, file);
        if (tensor.DataLocation == TensorProto.Types.DataLocation.External)
            return Make(name, type, shape, OnnxExternalData.Read(tensor, name, shape.Product * ElementCodec.SizeOf(type), file, folder), file);
        if (tensor.RawData.Length > 0 || shape.Product == 0)
        {
            if (tensor.RawData.Length != shape.Product * ElementCodec.SizeOf(type))
                throw Bad(file, name, $"{tensor.RawData.Length} bytes", $"{shape} of {type}");
            return Make(name, type, shape, tensor.RawData.Span, file);
        }
        return type switch
        {
            ElementType.Float32 => new GraphTensor(name, shape, Counted(tensor.FloatData, shape, name, file)),
            ElementType.Float64 => new GraphTensor(name, shape, Counted(tensor.DoubleData, shape, name, file)),
            ElementType.Int64 => new GraphTensor(name, shape, Counted(tensor.Int64Data, shape, name, file)),
            ElementType.UInt32 or ElementType.UInt64 => new GraphTensor(name, shape, Counted(tensor.Uint64Data, shape, name, file).Select(value => unchecked((long)value)).ToArray(), type),
            _ => new GraphTensor(name, shape, Counted(tensor.Int32Data, shape, name, file).Select(value => (long)value).ToArray(), type),
        };
    }

    public static TensorProto Write(GraphTensor tensor)
    {
        var written = new TensorProto { Name = tensor.Name, DataType = (int)TypeOf(tensor.Type) };
        written.Dims.AddRange(tensor.Shape.Select(extent => (long)extent));
        written.RawData = tensor.Type switch
        {
            ElementType.Float32 => ByteString.CopyFrom(MemoryMarshal.AsBytes(tensor.Values.Span)),
            ElementType.Float64 => ByteString.CopyFrom(MemoryMarshal.AsBytes(tensor.Doubles.Span)),
            ElementType.Int64 => ByteString.CopyFrom(MemoryMarshal.AsBytes(tensor.Integers.Span)),
            ElementType.Int32 => Narrow<int>(tensor),
            ElementType.Int16 => Narrow<short>(tensor),
            ElementType.UInt16 => Narrow<ushort>(tensor),
            ElementType.Int8 => Narrow<sbyte>(tensor),
            ElementType.UInt32 => Narrow<uint>(tensor),
            ElementType.UInt64 => Narrow<ulong>(tensor),
            _ => Narrow<byte>(tensor),
        };
        return written;
    }

    public static DataType TypeOf(ElementType type) => type switch
    {
        ElementType.Boolean => DataType.Bool,
        ElementType.Int8 => DataType.Int8,
        ElementType.UInt8 => DataType.Uint8,
        ElementType.Int16 => DataType.Int16,
        ElementType.UInt16 => DataType.Uint16,
        ElementType.Int32 => DataType.Int32,
        ElementType.UInt32 => DataType.Uint32,
        ElementType.Int64 => DataType.Int64,
        ElementType.UInt64 => DataType.Uint64,
        ElementType.Float64 => DataType.Double,
        _ => DataType.Float,
    };

    public static ElementType ElementOf(long type, string what, string file) => type is >= int.MinValue and <= int.MaxValue ? (DataType)type switch
    {
        DataType.Bool => ElementType.Boolean,
        DataType.Int8 => ElementType.Int8,
        DataType.Uint8 => ElementType.UInt8,
        DataType.Int16 => ElementType.Int16,
        DataType.Uint16 => ElementType.UInt16,
        DataType.Int32 => ElementType.Int32,
        DataType.Uint32 => ElementType.UInt32,
        DataType.Int64 => ElementType.Int64,
        DataType.Uint64 => ElementType.UInt64,
        DataType.Float => ElementType.Float32,
        DataType.Double => ElementType.Float64,
        var other => throw new DataFormatException(file, $"element type {other} of {what}", "float, double, bool or whole numbers"),
    } : throw new DataFormatException(file, $"element type {type} of {what}", "float, double, bool or whole numbers");

    private static Extents ShapeOf(TensorProto tensor, string name, string file)
    {
        if (tensor.Dims.Count > MaxRank)
            throw Bad(file, name, $"{tensor.Dims.Count} axes", $"at most {MaxRank}");
        var shape = new int[tensor.Dims.Count];
        for (var axis = 0; axis < shape.Length; axis++)
            shape[axis] = tensor.Dims[axis] is >= 0 and <= int.MaxValue ? (int)tensor.Dims[axis] : throw Bad(file, name, $"extent {tensor.Dims[axis]}", $"0 to {int.MaxValue}");
        var extents = Extents.Of(shape);
        return extents.Product <= Array.MaxLength ? extents : throw Bad(file, name, $"shape {extents}", $"at most {Array.MaxLength} elements");
    }

    private static T[] Counted<T>(RepeatedField<T> values, Extents shape, string name, string file) =>
        values.Count == shape.Product ? [.. values] : throw Bad(file, name, $"{values.Count} values", $"{shape.Product} for shape {shape}");

    private static GraphTensor Make(string name, ElementType type, Extents shape, ReadOnlySpan<byte> raw, string file)
    {
        switch (type)
        {
            case ElementType.Float32: return new GraphTensor(name, shape, MemoryMarshal.Cast<byte, float>(raw).ToArray());
            case ElementType.Float64: return new GraphTensor(name, shape, MemoryMarshal.Cast<byte, double>(raw).ToArray());
            case ElementType.Boolean when raw.ContainsAnyExceptInRange((byte)0, (byte)1): throw Bad(file, name, "a boolean that is neither 0 nor 1", "0 or 1");
            case ElementType.Boolean or ElementType.UInt8: return Widen<byte>(name, type, shape, raw);
            case ElementType.Int8: return Widen<sbyte>(name, type, shape, raw);
            case ElementType.Int16: return Widen<short>(name, type, shape, raw);
            case ElementType.UInt16: return Widen<ushort>(name, type, shape, raw);
            case ElementType.Int32: return Widen<int>(name, type, shape, raw);
            case ElementType.UInt32: return Widen<uint>(name, type, shape, raw);
            default: return Widen<long>(name, type, shape, raw);
        }
    }

    private static GraphTensor Widen<T>(string name, ElementType type, Extents shape, ReadOnlySpan<byte> raw) where T : unmanaged, System.Numerics.INumberBase<T>
    {
        var values = new long[shape.Product];
        TensorPrimitives.ConvertTruncating(MemoryMarshal.Cast<byte, T>(raw), values);
        return new GraphTensor(name, shape, values, type);
    }

    private static ByteString Narrow<T>(GraphTensor tensor) where T : unmanaged, System.Numerics.INumberBase<T>
    {
        var values = new T[tensor.Count];
        TensorPrimitives.ConvertTruncating(tensor.Integers.Span, values);
        return ByteString.CopyFrom(MemoryMarshal.AsBytes<T>(values));
    }

    private static DataFormatException Bad(string file, string name, string found, string expected) => new(file, $"tensor '{name}' with {found}", expected);
}
