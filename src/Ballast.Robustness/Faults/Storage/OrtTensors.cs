using Ballast.Exchange.Networks;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Ballast.Robustness.Faults.Storage;

/// <summary>Tensors in ONNX Runtime's own memory, which is aligned to a cache line: kernels may round by where a tensor starts, and managed arrays start anywhere.</summary>
internal static class OrtTensors
{
    public static OrtValue Of(TensorElementType type, Extents shape, ReadOnlySpan<byte> content)
    {
        var value = OrtValue.CreateAllocatedTensorValue(OrtAllocator.DefaultInstance, type, shape.ToLongs());
        content.CopyTo(value.GetTensorMutableRawData());
        return value;
    }

    public static OrtValue CopyOf(OrtValue tensor)
    {
        var info = tensor.GetTensorTypeAndShape();
        return Of(info.ElementDataType, Extents.Of(info.Shape.Select(extent => (int)extent)), tensor.GetTensorMutableRawData());
    }
}
