using System.Buffers.Binary;
using System.Text;
using Ballast.Build;

namespace Ballast.Tests.Build;

public sealed class ElfVersionNeedsTests
{
    private const int FlagsOfFirst = 64 + (3 * 64) + 16 + 4;
    private const int FlagsOfSecond = FlagsOfFirst + 16;

    [Fact]
    public void Only_the_named_version_becomes_weak()
    {
        var elf = Elf("GLIBCXX_3.4.3", "GLIBCXX_3.4.32");
        var before = (byte[])elf.Clone();

        Assert.True(ElfVersionNeeds.MarkWeak(elf, "GLIBCXX_3.4.32"));

        before[FlagsOfSecond] = 2;
        Assert.Equal(before, elf);
    }

    [Fact]
    public void A_mended_file_and_one_without_the_version_stay_as_they_are()
    {
        var mended = Elf("GLIBCXX_3.4.32", "GLIBCXX_3.4");
        ElfVersionNeeds.MarkWeak(mended, "GLIBCXX_3.4.32");
        var copy = (byte[])mended.Clone();

        Assert.False(ElfVersionNeeds.MarkWeak(mended, "GLIBCXX_3.4.32"));
        Assert.False(ElfVersionNeeds.MarkWeak(mended, "GLIBCXX_3.4.99"));
        Assert.Equal(copy, mended);
    }

    [Fact]
    public void A_damaged_file_is_refused_and_never_read_outside()
    {
        var whole = Elf("GLIBCXX_3.4.3", "GLIBCXX_3.4.32");

        for (var length = 0; length < whole.Length; length++)
            Refused(whole[..length]);
        for (var at = 0; at < whole.Length; at++)
        {
            var flipped = (byte[])whole.Clone();
            flipped[at] ^= 0xff;
            Refused(flipped);
        }

        // Anything but a result or InvalidDataException fails the test by being thrown.
        static void Refused(byte[] elf)
        {
            try
            {
                ElfVersionNeeds.MarkWeak(elf, "GLIBCXX_3.4.32");
            }
            catch (InvalidDataException)
            {
            }
        }
    }

    // An ELF header, three section headers (null, verneed, its strings), one Verneed with a Vernaux a version, the strings.
    private static byte[] Elf(params string[] versions)
    {
        const int Sections = 64;
        const int Needs = Sections + (3 * 64);
        var names = Needs + 16 + (16 * versions.Length);
        var strings = Encoding.ASCII.GetBytes("\0" + string.Join('\0', versions) + "\0");
        var elf = new byte[names + strings.Length];
        strings.CopyTo(elf, names);

        new byte[] { 0x7f, (byte)'E', (byte)'L', (byte)'F', 2, 1, 1 }.CopyTo(elf, 0);
        U64(0x28, Sections);
        U16(0x3a, 64);
        U16(0x3c, 3);
        U32(Sections + 64 + 4, 0x6ffffffe);
        U64(Sections + 64 + 0x18, Needs);
        U32(Sections + 64 + 0x28, 2);
        U32(Sections + 64 + 0x2c, 1);
        U64(Sections + 128 + 0x18, (ulong)names);
        U16(Needs, 1);
        U16(Needs + 2, (ushort)versions.Length);
        U32(Needs + 8, 16);
        var name = 1u;
        for (var i = 0; i < versions.Length; i++)
        {
            var auxiliary = Needs + 16 + (16 * i);
            U32(auxiliary + 8, name);
            U32(auxiliary + 12, i == versions.Length - 1 ? 0u : 16u);
            name += (uint)versions[i].Length + 1;
        }
        return elf;

        void U16(int at, ushort value) => BinaryPrimitives.WriteUInt16LittleEndian(elf.AsSpan(at), value);
        void U32(int at, uint value) => BinaryPrimitives.WriteUInt32LittleEndian(elf.AsSpan(at), value);
        void U64(int at, ulong value) => BinaryPrimitives.WriteUInt64LittleEndian(elf.AsSpan(at), value);
    }
}
