using System.Runtime.InteropServices;

namespace Ballast.Learning.Training;

/// <summary>The memory that tensors on the processor live in.</summary>
public static partial class TensorMemory
{
    private const int TrimThreshold = -1; // M_TRIM_THRESHOLD
    private const int MapThreshold = -3;  // M_MMAP_THRESHOLD
    private const int Kept = 1 << 30;

    /// <summary>Keeps up to 1 GiB of what tensors free in the process, for the next ones, instead of handing it back to the system.</summary>
    /// <remarks>
    /// The C library of Linux maps each block above 32 MB anew and gives it back when it is freed; getting its pages again costs more than most operations on them. A setting of the whole process, for programs to
    /// choose, such as <c>ballast</c> does; call it before there are tensors. Does nothing on other systems.
    /// </remarks>
    /// <returns>Whether the C library took the setting.</returns>
    public static bool KeepFreed()
    {
        if (!OperatingSystem.IsLinux())
            return false;
        try
        {
            return mallopt(MapThreshold, Kept) != 0 && mallopt(TrimThreshold, Kept) != 0;
        }
        catch (EntryPointNotFoundException)
        {
            // A C library without the setting, such as musl.
            return false;
        }
    }

    [LibraryImport("libc.so.6")]
    private static partial int mallopt(int parameter, int value);
}
