namespace Ballast.Cli.Shell;

/// <summary>What the program tells its caller.</summary>
internal static class ExitCode
{
    /// <summary>Done.</summary>
    public const int Done = 0;

    /// <summary>Failed: the work itself, a gate (<c>--fail-on</c>) or a claim that does not hold.</summary>
    public const int Failed = 1;

    /// <summary>Bad usage or bad data.</summary>
    public const int BadUsage = 2;

    /// <summary>Stopped by Ctrl-C, as shells expect (128 + SIGINT).</summary>
    public const int Cancelled = 130;
}
