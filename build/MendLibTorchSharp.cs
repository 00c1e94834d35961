#pragma warning disable IDE0005 // The build task compiles without implicit usings.
using System;
using System.IO;
using System.Text;

namespace Ballast.Build;

/// <summary>The versions of its libraries that an ELF file needs (section SHT_GNU_verneed), little-endian 64-bit files alone.</summary>
/// <remarks>Source: Linux Standard Base, "Symbol Versioning". Plain C# without spans, because the build compiles it against netstandard2.0.</remarks>
public static class ElfVersionNeeds
{
    private const uint VersionNeedSection = 0x6ffffffe;
    private const ushort WeakFlag = 2;

    /// <summary>Marks a needed version as weak, so that the loader goes on where a library lacks it.</summary>
    /// <param name="elf">The file's bytes, changed in place.</param>
    /// <param name="version">Such as <c>GLIBCXX_3.4.32</c>.</param>
    /// <returns>Whether a byte changed: false where the version is not needed or is weak already.</returns>
    /// <exception cref="InvalidDataException">Not a little-endian 64-bit ELF file, or its tables point outside it.</exception>
    public static bool MarkWeak(byte[] elf, string version)
    {
        if (elf.Length < 64 || elf[0] != 0x7f || elf[1] != 'E' || elf[2] != 'L' || elf[3] != 'F' || elf[4] != 2 || elf[5] != 1)
            throw new InvalidDataException("Not a little-endian 64-bit ELF file.");
        try
        {
            var changed = false;
            var (table, entrySize, count) = (Offset(elf, 0x28), U16(elf, 0x3a), U16(elf, 0x3c));
            for (var section = 0; section < count; section++)
            {
                var header = checked(table + section * entrySize);
                if (U32(elf, header + 4) != VersionNeedSection)
                    continue;
                var names = Offset(elf, checked(table + (int)U32(elf, header + 0x28) * entrySize) + 0x18);
                changed |= MarkWeak(elf, Offset(elf, header + 0x18), (int)U32(elf, header + 0x2c), names, version);
            }
            return changed;
        }
        catch (Exception error) when (error is ArgumentException || error is IndexOutOfRangeException || error is OverflowException)
        {
            throw new InvalidDataException("The ELF file's tables point outside it.", error);
        }
    }

    // Verneed: vn_version, vn_cnt, vn_file, vn_aux, vn_next. Vernaux: vna_hash, vna_flags, vna_other, vna_name, vna_next.
    private static bool MarkWeak(byte[] elf, int need, int needs, int names, string version)
    {
        var changed = false;
        for (; needs > 0; needs--)
        {
            var auxiliary = checked(need + (int)U32(elf, need + 8));
            for (var left = U16(elf, need + 2); left > 0; left--)
            {
                var flags = U16(elf, auxiliary + 4);
                if ((flags & WeakFlag) == 0 && NameIs(elf, checked(names + (int)U32(elf, auxiliary + 8)), version))
                {
                    elf[auxiliary + 4] |= (byte)WeakFlag;
                    changed = true;
                }
                auxiliary = checked(auxiliary + (int)U32(elf, auxiliary + 12));
            }
            need = checked(need + (int)U32(elf, need + 12));
        }
        return changed;
    }

    private static bool NameIs(byte[] elf, int at, string name)
    {
        for (var i = 0; i < name.Length; i++)
            if (elf[at + i] != name[i])
                return false;
        return elf[at + name.Length] == 0;
    }

    private static ushort U16(byte[] bytes, int at) => BitConverter.ToUInt16(bytes, at);

    private static uint U32(byte[] bytes, int at) => BitConverter.ToUInt32(bytes, at);

    private static int Offset(byte[] bytes, int at) => checked((int)BitConverter.ToUInt64(bytes, at));
}

#if !ELF_ALONE
/// <summary>Copies libLibTorchSharp.so so that it loads on this machine: see MendLibTorchSharp.targets.</summary>
public sealed class MendLibTorchSharp : Microsoft.Build.Utilities.Task
{
    private const string Version = "GLIBCXX_3.4.32";

    [Microsoft.Build.Framework.Required]
    public string Source { get; set; }

    [Microsoft.Build.Framework.Required]
    public string Destination { get; set; }

    public override bool Execute()
    {
        var bytes = File.ReadAllBytes(Source);
        if (!SystemHasVersion() && ElfVersionNeeds.MarkWeak(bytes, Version))
            Log.LogMessage("libLibTorchSharp.so: {0}, which this system's libstdc++ lacks, marked as weak.", Version);
        Directory.CreateDirectory(Path.GetDirectoryName(Destination));
        var temporary = Destination + "." + Guid.NewGuid().ToString("N");
        File.WriteAllBytes(temporary, bytes);
        File.Delete(Destination);
        File.Move(temporary, Destination);
        return true;
    }

    private static bool SystemHasVersion()
    {
        foreach (var folder in new[] { "/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu", "/usr/lib64", "/lib64", "/usr/lib", "/lib" })
        {
            var library = Path.Combine(folder, "libstdc++.so.6");
            if (File.Exists(library))
                return Encoding.GetEncoding(28591).GetString(File.ReadAllBytes(library)).IndexOf("\0" + Version + "\0", StringComparison.Ordinal) >= 0;
        }
        return false;
    }
}
#endif
