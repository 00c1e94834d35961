using System.Diagnostics;
using System.Globalization;
using Ballast.Cli.Shell;
using Ballast.Tests.Shared;

namespace Ballast.Tests.Cli.Shell;

public sealed class StagingFolderTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void What_a_killed_run_left_is_removed_by_the_next()
    {
        var left = Left(Environment.MachineName, GoneProcess());

        using (OutputFolder.Open(folder.Path))
        {
        }

        Assert.False(Directory.Exists(left));
    }

    [Fact]
    public void What_a_process_with_a_number_used_again_left_is_removed()
    {
        using var self = Process.GetCurrentProcess();
        var left = Left(Environment.MachineName, (self.Id, self.StartTime.ToUniversalTime().Ticks - TimeSpan.TicksPerHour));

        StagingFolder.RemoveAbandoned(folder.Path);

        Assert.False(Directory.Exists(left));
    }

    [Fact]
    public void A_folder_in_use_stays()
    {
        var used = StagingFolder.NewPath(folder.Path);
        StagingFolder.Make(used);

        StagingFolder.RemoveAbandoned(folder.Path);

        Assert.True(Directory.Exists(used));
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(2, false)]
    public void A_folder_of_another_machine_stays_for_a_day(int days, bool stays)
    {
        var other = Left("elsewhere", GoneProcess());
        Directory.SetLastWriteTimeUtc(other, DateTime.UtcNow.AddDays(-days));

        StagingFolder.RemoveAbandoned(folder.Path);

        Assert.Equal(stays, Directory.Exists(other));
    }

    [Fact]
    public void What_is_named_otherwise_or_stands_behind_a_link_stays()
    {
        var named = Directory.CreateDirectory(folder.File(".ballast-notes")).FullName;
        var target = Directory.CreateDirectory(folder.File("kept")).FullName;
        File.WriteAllText(Path.Combine(target, "file"), "kept");
        var link = StagingFolder.NewPath(folder.Path);
        Directory.CreateSymbolicLink(link, target);
        foreach (var old in (string[])[named, target])
            Directory.SetLastWriteTimeUtc(old, DateTime.UtcNow.AddDays(-2));

        StagingFolder.RemoveAbandoned(folder.Path);

        Assert.True(Directory.Exists(named));
        Assert.True(File.Exists(Path.Combine(target, "file")));
    }

    [Fact]
    public void Publishing_leaves_nothing_hidden()
    {
        using (var output = OutputFolder.Open(folder.Path))
            output.Publish(into =>
            {
                File.WriteAllText(Path.Combine(into, "a.txt"), "a");
                return ["a.txt"];
            });

        Assert.Equal(["a.txt"], Directory.EnumerateFileSystemEntries(folder.Path).Select(Path.GetFileName));
    }

    private string Left(string machine, (int Id, long Start) owner)
    {
        var path = Directory.CreateDirectory(StagingFolder.NewPath(folder.Path)).FullName;
        File.WriteAllLines(Path.Combine(path, ".owner"), [machine, owner.Id.ToString(CultureInfo.InvariantCulture), owner.Start.ToString(CultureInfo.InvariantCulture)]);
        File.WriteAllText(Path.Combine(path, "half.csv"), "half");
        return path;
    }

    private static (int Id, long Start) GoneProcess()
    {
        using var process = Process.Start(new ProcessStartInfo(OperatingSystem.IsWindows() ? "hostname" : "true"))!;
        var owner = (process.Id, DateTime.UtcNow.Ticks);
        process.WaitForExit();
        return owner;
    }
}
