using TorchSharp;
using static TorchSharp.torch;

namespace Ballast.Learning;

/// <summary>Arithmetic of a tensor and a number that holds the number until the native call has returned.</summary>
/// <remarks>
/// TorchSharp 0.107 turns the number of <c>tensor * 0.1</c> into an object that nothing refers to while native code reads it: a garbage collection on another thread
/// may free it in between ("Unknown scalar type", or a wrong number). It happens once in millions of operations, when many trainings run side by side. Inner loops use these instead.
/// </remarks>
internal static class TensorArithmetic
{
    /// <summary>tensor * factor.</summary>
    public static Tensor Times(this Tensor tensor, double factor)
    {
        using Scalar held = factor;
        return tensor.mul(held);
    }

    /// <summary>tensor / divisor.</summary>
    public static Tensor Over(this Tensor tensor, double divisor)
    {
        using Scalar held = divisor;
        return tensor.div(held);
    }

    /// <summary>tensor + term.</summary>
    public static Tensor Plus(this Tensor tensor, double term)
    {
        using Scalar held = term;
        return tensor.add(held);
    }

    /// <summary>The larger of each element and a number.</summary>
    public static Tensor AtLeast(this Tensor tensor, double least)
    {
        using Scalar held = least;
        return tensor.clamp_min(held);
    }

    /// <summary>The smaller of each element and a number.</summary>
    public static Tensor AtMost(this Tensor tensor, double most)
    {
        using Scalar held = most;
        return tensor.clamp_max(held);
    }
}
