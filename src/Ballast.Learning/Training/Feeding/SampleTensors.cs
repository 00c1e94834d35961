using System.Runtime.InteropServices;
using Ballast.Core;
using static TorchSharp.torch;

namespace Ballast.Learning.Training.Feeding;

/// <summary>A dataset as tensors on a device.</summary>
internal sealed class SampleTensors(Dataset data, Device device)
{
    public Tensor? Labels { get; } = data.Labels.IsEmpty ? null : tensor(data.Labels.ToArray()).to(int64).to(device);

    public Tensor? Targets { get; } = data.Targets.IsEmpty ? null : tensor(data.Targets.ToArray()).to(float32).reshape(data.Count, 1).to(device);

    public Tensor? Weights { get; } = data.Weights.IsEmpty ? null : tensor(data.Weights.ToArray()).to(device);

    public Tensor? Groups { get; } = data.Groups.IsEmpty ? null : tensor(data.Groups.ToArray()).to(int64).to(device);

    /// <summary>[n, sample shape] over the dataset's own memory where that is one whole array: nothing may write to it.</summary>
    public static Tensor Inputs(Dataset data)
    {
        var features = MemoryMarshal.TryGetArray(data.Features, out var segment) && segment.Offset == 0 && segment.Count == segment.Array!.Length && segment.Count > 0
            ? from_array(segment.Array)
            : tensor(data.Features.ToArray());
        return features.reshape([data.Count, .. data.SampleShape.Select(extent => (long)extent)]);
    }
}
