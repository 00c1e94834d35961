using System.Runtime.InteropServices;
using Ballast.Core;
using static TorchSharp.torch;

namespace Ballast.Learning.Training.Feeding;

/// <summary>Transformed samples of one batch, view after view, written straight into torch's memory.</summary>
internal sealed record TransformedInputs(Tensor Inputs, BatchMix?[] Mixes)
{
    public static TransformedInputs Make(IBatchTransform transform, Dataset data, int[] rows, BatchKey key, int views)
    {
        var shape = transform.OutputShape(data.SampleShape);
        var inputs = empty([(long)views * rows.Length, .. shape.Select(extent => (long)extent)], float32);
        try
        {
            var values = MemoryMarshal.Cast<byte, float>(inputs.bytes);
            var width = values.Length / views;
            var mixes = new BatchMix?[views];
            for (var view = 0; view < views; view++)
                mixes[view] = transform.Fill(data, rows, key with { View = view }, values.Slice(view * width, width));
            return new TransformedInputs(inputs, mixes);
        }
        catch
        {
            inputs.Dispose();
            throw;
        }
    }
}
