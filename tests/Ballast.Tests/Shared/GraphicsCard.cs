using TorchSharp;
using static TorchSharp.torch;

namespace Ballast.Tests.Shared;

/// <summary>The first CUDA graphics card, for tests that run on one and are skipped, with a reason, where there is none.</summary>
internal static class GraphicsCard
{
    /// <summary>Skips the test where no graphics card can be used.</summary>
    public static Device Require()
    {
        Assert.SkipUnless(cuda.is_available(), "No CUDA graphics card can be used: there is none, or libtorch is built for the processor alone (build with -p:LibTorch=cuda).");
        return new Device(DeviceType.CUDA, 0);
    }

    /// <summary>Does it with float32 as it is. By default cuDNN's convolutions round their inputs to TF32's 10 bits, which no comparison with the processor survives.</summary>
    public static T Exactly<T>(Func<T> body)
    {
        var before = backends.cudnn.allow_tf32;
        backends.cudnn.allow_tf32 = false;
        try
        {
            return body();
        }
        finally
        {
            backends.cudnn.allow_tf32 = before;
        }
    }

    /// <summary>Whether two rows of numbers agree but for rounding: by the norm of their difference over that of the first.</summary>
    public static void AssertClose(IReadOnlyList<float> expected, IReadOnlyList<float> found, double tolerance, string what = "")
    {
        Assert.Equal(expected.Count, found.Count);
        var (apart, size) = (0.0, 1e-12);
        for (var i = 0; i < expected.Count; i++)
        {
            apart += Math.Pow(expected[i] - found[i], 2);
            size += Math.Pow(expected[i], 2);
        }
        Assert.True(Math.Sqrt(apart / size) <= tolerance, $"{what}: relative difference {Math.Sqrt(apart / size):E2}, at most {tolerance:E0} expected");
    }

    /// <summary>The numbers of a tensor wherever it lies.</summary>
    public static float[] Numbers(Tensor tensor)
    {
        using var scope = NewDisposeScope();
        return tensor.detach().to(float32, CPU).contiguous().data<float>().ToArray();
    }
}
