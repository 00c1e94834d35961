using System.Reflection;
using System.Runtime.InteropServices;

namespace Ballast.Learning.Tabular.LightGbm;

/// <summary>Loads LightGBM's native library, with libgomp from libtorch's package where the system has none.</summary>
/// <remarks>
/// On Linux the library needs libgomp.so.1, which a bare system lacks. libtorch's package ships the same library under another
/// file name; once it is loaded, the dynamic linker finds it by its SONAME and LightGBM loads.
/// </remarks>
internal static class LightGbmLibrary
{
    /// <summary>A handle to the library.</summary>
    /// <exception cref="DllNotFoundException">It could not be loaded; the message says what to install.</exception>
    internal static nint Load(string name, Assembly assembly, DllImportSearchPath? search, string baseDirectory)
    {
        if (NativeLibrary.TryLoad(name, assembly, search, out var handle))
            return handle;
        foreach (var gomp in BundledGomp(baseDirectory))
            if (NativeLibrary.TryLoad(gomp, out _) && NativeLibrary.TryLoad(name, assembly, search, out handle))
                return handle;
        throw new DllNotFoundException(Explain(LoadError(name, assembly, search)));
    }

    /// <summary>Copies of libgomp that other packages put beside the program.</summary>
    internal static IEnumerable<string> BundledGomp(string baseDirectory)
    {
        if (!OperatingSystem.IsLinux())
            return [];
        var native = Path.Combine(baseDirectory, "runtimes", RuntimeInformation.RuntimeIdentifier, "native");
        return new[] { baseDirectory, native }
            .Where(Directory.Exists)
            .SelectMany(folder => Directory.EnumerateFiles(folder, "libgomp*.so*").Order(StringComparer.Ordinal));
    }

    /// <summary>What a user can do about the loader's <paramref name="error"/>.</summary>
    internal static string Explain(string error) =>
        error.Contains("libgomp", StringComparison.Ordinal)
            ? $"Boosted trees need the OpenMP runtime libgomp.so.1, which this system lacks; install it with 'apt-get install libgomp1'. ({error})"
            : $"Boosted trees need LightGBM's native library, which could not be loaded. ({error})";

    private static string LoadError(string name, Assembly assembly, DllImportSearchPath? search)
    {
        try
        {
            NativeLibrary.Load(name, assembly, search);
            return "it loads now";
        }
        catch (DllNotFoundException error)
        {
            return error.Message.ReplaceLineEndings(" ");
        }
        catch (BadImageFormatException error)
        {
            return error.Message.ReplaceLineEndings(" ");
        }
    }
}
