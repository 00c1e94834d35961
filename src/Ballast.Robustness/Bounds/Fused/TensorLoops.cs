using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace Ballast.Robustness.Bounds.Fused;

/// <summary>Loops over the memory of tensors on the processor, shared out among torch's threads.</summary>
internal static class TensorLoops
{
    // As many elements keep a thread busy for longer than it takes to call it.
    private const int LeastElements = 1 << 15;

    /// <summary>The elements of a contiguous tensor.</summary>
    public static Span<T> Elements<T>(Tensor tensor) where T : unmanaged => MemoryMarshal.Cast<byte, T>(tensor.bytes);

    /// <summary>Runs <paramref name="body"/> on ranges [from, to) that cover 0..count.</summary>
    /// <param name="count">Number of items.</param>
    /// <param name="size">Elements an item stands for.</param>
    /// <param name="body">Must give the same for an item whatever range it is in.</param>
    public static void Over(int count, long size, Action<int, int> body)
    {
        var parts = (int)Math.Clamp(count * size / LeastElements, 1, Math.Min(count, get_num_threads()));
        if (parts == 1)
            body(0, count);
        else
            Parallel.For(0, parts, part => body((int)((long)count * part / parts), (int)((long)count * (part + 1) / parts)));
        // The body's tensors own the memory that it runs over, and it holds spans alone.
        GC.KeepAlive(body);
    }
}
