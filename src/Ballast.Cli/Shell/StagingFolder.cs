using System.Diagnostics;
using System.Globalization;

namespace Ballast.Cli.Shell;

/// <summary>The hidden folder that results are written into before they are moved; it says whose it is, so that one left behind by a killed run can be told from one in use.</summary>
internal static class StagingFolder
{
    private const string Prefix = ".ballast-";
    private const string OwnerFile = ".owner";

    // Start times of one process, read by two others, differ by rounding.
    private static readonly TimeSpan sameStart = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan surelyAbandoned = TimeSpan.FromDays(1);

    /// <summary>A path for one inside <paramref name="folder"/> that nothing has yet.</summary>
    public static string NewPath(string folder) => Path.Combine(folder, $"{Prefix}{Guid.NewGuid():N}");

    /// <summary>Makes the folder and writes who owns it.</summary>
    public static void Make(string path)
    {
        Directory.CreateDirectory(path);
        using var self = Process.GetCurrentProcess();
        File.WriteAllLines(Path.Combine(path, OwnerFile), [Environment.MachineName, Text(self.Id), Text(self.StartTime.ToUniversalTime().Ticks)]);
    }

    /// <summary>Removes those inside <paramref name="folder"/> whose process on this machine is gone, and those of unknown owners that nothing was written to for a day.</summary>
    public static void RemoveAbandoned(string folder)
    {
        foreach (var staging in new DirectoryInfo(folder).EnumerateDirectories($"{Prefix}*"))
        {
            if (staging.LinkTarget is not null || !Guid.TryParseExact(staging.Name[Prefix.Length..], "N", out _))
                continue;
            // Another run may be tidying up the same one.
            try
            {
                if (IsAbandoned(staging))
                    staging.Delete(recursive: true);
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
            }
        }
    }

    private static bool IsAbandoned(DirectoryInfo staging)
    {
        var owner = Path.Combine(staging.FullName, OwnerFile);
        if (File.Exists(owner) && File.ReadAllLines(owner) is [var machine, var id, var start] && machine == Environment.MachineName
            && int.TryParse(id, CultureInfo.InvariantCulture, out var process) && long.TryParse(start, CultureInfo.InvariantCulture, out var ticks)
            && ticks >= 0 && ticks <= DateTime.MaxValue.Ticks)
            return !IsRunning(process, new DateTime(ticks, DateTimeKind.Utc));
        return DateTime.UtcNow - staging.LastWriteTimeUtc > surelyAbandoned;
    }

    private static bool IsRunning(int id, DateTime start)
    {
        try
        {
            using var process = Process.GetProcessById(id);
            return (process.StartTime.ToUniversalTime() - start).Duration() < sameStart;
        }
        catch (Exception error) when (error is ArgumentException or InvalidOperationException)
        {
            return false;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return true;
        }
    }

    private static string Text(long value) => value.ToString(CultureInfo.InvariantCulture);
}
