#pragma warning disable IDE0005 // The build task compiles without implicit usings.
using System;
using System.IO;

namespace Ballast.Build;

/// <summary>Whether the just-in-time compiler may optimise an assembly, as its DebuggableAttribute says.</summary>
public static class JitOptimizations
{
    // ECMA-335, II.23.3: length 8, prolog 0001, one int32 (DebuggingModes), no named arguments.
    private static readonly byte[] optimized = { 8, 1, 0, 2, 0, 0, 0, 0, 0 };      // IgnoreSymbolStoreSequencePoints
    private static readonly byte[] unoptimized = { 8, 1, 0, 7, 1, 0, 0, 0, 0 };    // what a debug build has: the runtime heeds DisableOptimizations with Default alone

    /// <summary>Forbids optimisation.</summary>
    /// <param name="assembly">The assembly's bytes, changed in place.</param>
    /// <returns>Whether a byte changed: false where optimisation is forbidden already.</returns>
    /// <exception cref="InvalidDataException">The attribute's value does not stand in the file, or stands there more than once.</exception>
    public static bool Forbid(byte[] assembly)
    {
        var (at, found) = Find(assembly, optimized);
        if (found == 0 && Find(assembly, unoptimized).Found == 1)
            return false;
        if (found != 1)
            throw new InvalidDataException("The assembly's DebuggableAttribute was found " + found + " times; expected once.");
        unoptimized.CopyTo(assembly, at);
        return true;
    }

    private static (int At, int Found) Find(byte[] bytes, byte[] pattern)
    {
        var (at, found) = (-1, 0);
        for (var i = 0; i + pattern.Length <= bytes.Length; i++)
        {
            var k = 0;
            while (k < pattern.Length && bytes[i + k] == pattern[k])
                k++;
            if (k == pattern.Length)
                (at, found) = (i, found + 1);
        }
        return (at, found);
    }
}

#if !MENDING_ALONE
/// <summary>Copies TorchSharp.dll so that its arguments live through native calls: see MendLibTorchSharp.targets.</summary>
public sealed class MendTorchSharp : Microsoft.Build.Utilities.Task
{
    [Microsoft.Build.Framework.Required]
    public string Source { get; set; }

    [Microsoft.Build.Framework.Required]
    public string Destination { get; set; }

    public override bool Execute()
    {
        var bytes = File.ReadAllBytes(Source);
        JitOptimizations.Forbid(bytes);
        Directory.CreateDirectory(Path.GetDirectoryName(Destination));
        var temporary = Destination + "." + Guid.NewGuid().ToString("N");
        File.WriteAllBytes(temporary, bytes);
        File.Delete(Destination);
        File.Move(temporary, Destination);
        return true;
    }
}
#endif
