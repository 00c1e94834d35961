using TorchSharp;
using static TorchSharp.torch;

namespace Ballast.Learning.Training;

/// <summary>Torch's devices by the names of <see cref="TrainingDevice"/>.</summary>
public static class TrainingDevices
{
    /// <summary>The torch device, after making sure that it is there.</summary>
    /// <exception cref="ArgumentException">CUDA was asked for and this machine, or this build of libtorch, has none.</exception>
    public static Device Resolve(this TrainingDevice device) => device switch
    {
        TrainingDevice.Cpu => CPU,
        TrainingDevice.Cuda when cuda.is_available() => new Device(DeviceType.CUDA, 0),
        TrainingDevice.Cuda => throw new ArgumentException("No CUDA device can be used: this machine has none, or this program was built with a libtorch for the processor alone (-p:LibTorch=cuda takes another). Use the device cpu.", nameof(device)),
        _ => throw new ArgumentOutOfRangeException(nameof(device), device, "The devices are cpu and cuda."),
    };
}
