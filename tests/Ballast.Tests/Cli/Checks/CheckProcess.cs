using System.Diagnostics;

namespace Ballast.Tests.Cli.Checks;

/// <summary><c>check</c> run by the real program, in a process of its own.</summary>
internal sealed class CheckProcess : IDisposable
{
    private readonly Process process;
    private readonly Task<string> error;

    private CheckProcess(Process process)
    {
        this.process = process;
        error = process.StandardError.ReadToEndAsync();
        _ = process.StandardOutput.ReadToEndAsync();
    }

    /// <summary>What the program said on stderr; waits for its end.</summary>
    public string Error => error.Result;

    public static CheckProcess Start(string table, string target, string output, params (string Name, string Value)[] variables)
    {
        var start = new ProcessStartInfo(DotNet) { RedirectStandardError = true, RedirectStandardOutput = true };
        foreach (var argument in Arguments(table, target, output))
            start.ArgumentList.Add(argument);
        start.Environment["BALLAST_HOME"] = Path.Combine(Path.GetDirectoryName(table)!, "home");
        foreach (var (name, value) in variables)
            start.Environment[name] = value;
        return new CheckProcess(Process.Start(start)!);
    }

    /// <summary>The same under a shell that first runs <paramref name="setup"/>.</summary>
    public static CheckProcess StartAfter(string setup, string table, string target, string output)
    {
        var start = new ProcessStartInfo("/bin/sh") { RedirectStandardError = true, RedirectStandardOutput = true };
        foreach (var argument in (string[])["-c", setup + "; exec \"$0\" \"$@\"", DotNet, .. Arguments(table, target, output)])
            start.ArgumentList.Add(argument);
        start.Environment["BALLAST_HOME"] = Path.Combine(Path.GetDirectoryName(table)!, "home");
        // Code pages are otherwise mapped from a file, which the limit on files would bind too.
        start.Environment["DOTNET_EnableWriteXorExecute"] = "0";
        return new CheckProcess(Process.Start(start)!);
    }

    /// <summary>Waits for its end; gives the exit code.</summary>
    public int Wait()
    {
        process.WaitForExit();
        return process.ExitCode;
    }

    /// <summary>SIGKILL after a while, if it still runs; whether it did.</summary>
    public bool KillAfter(TimeSpan time)
    {
        if (process.WaitForExit(time))
            return false;
        process.Kill();
        process.WaitForExit();
        return true;
    }

    public void Dispose() => process.Dispose();

    private static string DotNet => Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";

    private static string[] Arguments(string table, string target, string output) =>
        [Path.Combine(AppContext.BaseDirectory, "ballast.dll"), "check", table, "--target", target, "--out", output, "--quiet"];
}
