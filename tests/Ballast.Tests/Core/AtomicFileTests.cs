using System.Text;
using Ballast.Core;
using Ballast.Tests.Shared;

namespace Ballast.Tests.Core;

public sealed class AtomicFileTests : IDisposable
{
    private const string Old = "the old content";
    private static readonly byte[] fresh = Encoding.UTF8.GetBytes(new string('n', 300));

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_writer_that_fails_at_any_byte_leaves_the_old_file_and_nothing_else()
    {
        var path = folder.File("a.txt");
        File.WriteAllText(path, Old);

        for (var k = 0; k < fresh.Length; k++)
        {
            Assert.Throws<IOException>(() => AtomicFile.Write(path, stream => new FailingStream(stream, k).Write(fresh)));

            Assert.Equal(Old, File.ReadAllText(path));
            Assert.Single(Directory.GetFileSystemEntries(folder.Path));
        }
        AtomicFile.Write(path, stream => new FailingStream(stream, fresh.Length).Write(fresh));
        Assert.Equal(fresh, File.ReadAllBytes(path));
    }

    [Fact]
    public void A_new_file_that_could_not_be_written_is_not_there()
    {
        Assert.Throws<IOException>(() => AtomicFile.Write(folder.File("new.txt"), stream => new FailingStream(stream, 10).Write(fresh)));

        Assert.Empty(Directory.GetFileSystemEntries(folder.Path));
    }

    [Fact]
    public void An_error_names_the_file_that_was_asked_for()
    {
        var error = Assert.Throws<IOException>(() => AtomicFile.WriteText(folder.File("absent/new.txt"), "text"));

        Assert.Contains("new.txt' cannot be written", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(".tmp", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_link_is_followed_and_stays_a_link()
    {
        Directory.CreateDirectory(folder.File("other"));
        File.WriteAllText(folder.File("other/real.txt"), Old);
        File.CreateSymbolicLink(folder.File("link.txt"), "other/real.txt");

        AtomicFile.WriteText(folder.File("link.txt"), "new");

        Assert.Equal("new", File.ReadAllText(folder.File("other/real.txt")));
        Assert.Equal("other/real.txt", new FileInfo(folder.File("link.txt")).LinkTarget);
    }

    [Fact]
    public void A_folder_in_the_files_place_is_said_so() =>
        Assert.Contains("is a folder", Assert.Throws<IOException>(() => AtomicFile.WriteText(folder.Path, "text")).Message, StringComparison.Ordinal);

    [Fact]
    public void A_full_device_is_an_error_and_stays_a_device()
    {
        Assert.SkipUnless(File.Exists("/dev/full"), "There is no /dev/full here.");

        Assert.ThrowsAny<IOException>(() => AtomicFile.WriteText("/dev/full", "text"));
        AtomicFile.WriteText("/dev/null", "text");

        Assert.Throws<IOException>(() => File.WriteAllText("/dev/full", "text"));
        Assert.Empty(File.ReadAllText("/dev/null"));
    }

    /// <summary>Passes on so many bytes, then fails as a full disk does.</summary>
    private sealed class FailingStream(Stream inner, int room) : Stream
    {
        private int left = room;

        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override void Write(byte[] buffer, int offset, int count)
        {
            inner.Write(buffer, offset, Math.Min(count, left));
            if (count > left)
                throw new IOException("No space left on device.");
            left -= count;
        }

        public override void Flush() => inner.Flush();

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();
    }
}
