using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace Ballast.Learning.Training;

/// <summary>While in use, torch's kernels on graphics cards add in one order, so that the same seed gives the same bytes there too.</summary>
/// <remarks>
/// TorchSharp 0.107 does not reach torch's switch (<c>use_deterministic_algorithms</c>), so it is called by the name that it has in libtorch on Linux. It counts for the whole process; uses may overlap, and the
/// last one to end puts it back. What torch has no ordered form of runs as it is.
/// </remarks>
internal sealed partial class DeterministicKernels : IDisposable
{
    private static readonly Lock Gate = new();
    private static readonly Lazy<Switch?> Found = new(() => OperatingSystem.IsLinux() ? Switch.Find() : null);
    private static int users;

    private readonly Switch found;

    private DeterministicKernels(Switch found) => this.found = found;

    /// <summary>Whether torch's switch was found; else sums on a card may round differently from run to run.</summary>
    public static bool AreKnown => Found.Value is not null;

    /// <summary>Begins for work on <paramref name="device"/>; null, and nothing changes, on the processor, whose kernels are ordered as they are, and where torch's switch was not found.</summary>
    public static DeterministicKernels? On(Device device)
    {
        if (device.type != DeviceType.CUDA || Found.Value is not { } found)
            return null;
        lock (Gate)
            if (users++ == 0)
                found.Turn(isOn: 1);
        return new DeterministicKernels(found);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (Gate)
            if (--users == 0)
                found.Turn(isOn: 0);
    }

    // Members of at::Context as g++ and Clang name them; the context is their first argument.
    private sealed unsafe partial class Switch(nint context, nint algorithms, nint convolutions)
    {
        public static Switch? Find()
        {
            // Any tensor loads libtorch, and the loader then knows it by its name alone.
            zeros(1).Dispose();
            if (!NativeLibrary.TryLoad("libtorch_cpu.so", out var library)
                || !NativeLibrary.TryGetExport(library, "_ZN2at13globalContextEv", out var global)
                || !NativeLibrary.TryGetExport(library, "_ZN2at7Context26setDeterministicAlgorithmsEbb", out var algorithms)
                || !NativeLibrary.TryGetExport(library, "_ZN2at7Context21setDeterministicCuDNNEb", out var convolutions)
                || !NativeLibrary.TryGetExport(library, "_ZN2at7Context39setDeterministicFillUninitializedMemoryEb", out var filling))
                return null;
            // cuBLAS asks for it where several streams share a card, before its first product; what the user chose stays.
            _ = setenv("CUBLAS_WORKSPACE_CONFIG", ":4096:8", 0);
            var context = ((delegate* unmanaged<nint>)global)();
            // Memory that is about to be written need not be filled first.
            ((delegate* unmanaged<nint, byte, void>)filling)(context, 0);
            return new Switch(context, algorithms, convolutions);
        }

        public void Turn(byte isOn)
        {
            const byte warnOnly = 1;
            ((delegate* unmanaged<nint, byte, byte, void>)algorithms)(context, isOn, warnOnly);
            ((delegate* unmanaged<nint, byte, void>)convolutions)(context, isOn);
        }

        [LibraryImport("libc.so.6", StringMarshalling = StringMarshalling.Utf8)]
        private static partial int setenv(string name, string value, int overwrite);
    }
}
