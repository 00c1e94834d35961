using System.Buffers;
using System.Runtime.InteropServices;
using Ballast.Core;
using static TorchSharp.torch;

namespace Ballast.Learning.Training.Feeding;

/// <summary>Transformed samples of one batch, view after view.</summary>
internal sealed record TransformedInputs(Tensor Inputs, BatchMix?[] Mixes)
{
    /// <summary>Makes the views of a batch; the tensor belongs to no scope of the thread that makes it.</summary>
    public static TransformedInputs Make(IBatchTransform transform, Dataset data, ReadOnlyMemory<int> rows, BatchKey key)
    {
        var shape = transform.OutputShape(data.SampleShape);
        var length = rows.Length * shape.Aggregate(1, (product, extent) => checked(product * extent));
        var view = ArrayPool<float>.Shared.Rent(length);
        var inputs = empty([(long)key.Views * rows.Length, .. shape.Select(extent => (long)extent)], float32);
        try
        {
            var values = MemoryMarshal.Cast<byte, float>(inputs.bytes);
            var mixes = new BatchMix?[key.Views];
            for (var v = 0; v < mixes.Length; v++)
            {
                mixes[v] = transform.Fill(data, rows, key with { View = v }, view.AsMemory(0, length));
                view.AsSpan(0, length).CopyTo(values[(v * length)..]);
            }
            return new TransformedInputs(inputs, mixes);
        }
        catch
        {
            inputs.Dispose();
            throw;
        }
        finally
        {
            ArrayPool<float>.Shared.Return(view);
        }
    }
}
