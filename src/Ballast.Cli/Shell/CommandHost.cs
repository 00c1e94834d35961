namespace Ballast.Cli.Shell;

/// <summary>Where a command runs: its streams, its terminal, its environment. Tests give their own, so that no static is touched.</summary>
/// <param name="Output">Results.</param>
/// <param name="Error">Errors, warnings and progress.</param>
internal sealed record CommandHost(TextWriter Output, TextWriter Error)
{
    /// <summary>Whether a person reads <see cref="Output"/> on a terminal: colours are welcome.</summary>
    public bool OutputIsTerminal { get; init; }

    /// <summary>Whether a person reads <see cref="Error"/> on a terminal: progress may be redrawn in place.</summary>
    public bool ErrorIsTerminal { get; init; }

    /// <summary>Columns of the terminal, or those a table may take in a pipe.</summary>
    public int Width { get; init; } = 120;

    /// <summary>Reads an environment variable; null where it is not set.</summary>
    public Func<string, string?> Variable { get; init; } = Environment.GetEnvironmentVariable;

    /// <summary>Cancelled by Ctrl-C.</summary>
    public CancellationToken Cancellation { get; init; }

    /// <summary>The host of the running program.</summary>
    public static CommandHost OfThisProcess(CancellationToken cancellation) => new(Console.Out, Console.Error)
    {
        OutputIsTerminal = !Console.IsOutputRedirected,
        ErrorIsTerminal = !Console.IsErrorRedirected,
        Width = Console.IsOutputRedirected ? 120 : Math.Max(40, Console.WindowWidth),
        Cancellation = cancellation,
    };
}
