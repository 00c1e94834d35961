using System.CommandLine;
using Ballast.Core;
using Spectre.Console;

namespace Ballast.Cli.Shell;

/// <summary>What a verb's body is given: its arguments, where to print, the seed, progress, cancellation, and the record of the run.</summary>
internal sealed class CommandSession
{
    private readonly CommandHost host;
    private readonly ParseResult parse;
    private readonly ProgressLine? progress;

    internal CommandSession(CommandHost host, ParseResult parse, SharedOptions shared, RunRecorder record)
    {
        (this.host, this.parse, Record) = (host, parse, record);
        Json = parse.GetValue(shared.Json);
        Seed = parse.GetValue(shared.Seed);
        Quiet = parse.GetValue(shared.Quiet);
        Verbose = parse.GetValue(shared.Verbose);
        progress = Quiet || Json ? null : new ProgressLine(host.Error, host.ErrorIsTerminal, host.Width);
        Console = Consoles.For(Quiet || Json ? TextWriter.Null : host.Output, host);
    }

    /// <summary>Whether stdout must hold one JSON text and nothing else.</summary>
    public bool Json { get; }

    /// <summary>Seed of every random choice.</summary>
    public int Seed { get; }

    /// <summary>Whether nothing is printed but errors.</summary>
    public bool Quiet { get; }

    /// <summary>Whether errors show where they arose.</summary>
    public bool Verbose { get; }

    /// <summary>Prints for people, on stdout; swallows everything under <c>--json</c> and <c>--quiet</c>.</summary>
    public IAnsiConsole Console { get; }

    /// <summary>Cancelled by Ctrl-C.</summary>
    public CancellationToken Cancellation => host.Cancellation;

    /// <summary>Shows the stages of long work on stderr; null under <c>--json</c> and <c>--quiet</c>.</summary>
    public IProgress<ProgressUpdate>? Progress => progress;

    /// <summary>Metrics and files of this run, for the run store.</summary>
    public RunRecorder Record { get; }

    /// <summary>The value of an option.</summary>
    public T? Get<T>(Option<T> option) => parse.GetValue(option);

    /// <summary>The value of an argument.</summary>
    public T? Get<T>(Argument<T> argument) => parse.GetValue(argument);

    /// <summary>Whether the user gave the option, rather than its default standing in.</summary>
    public bool Given(Option option) => parse.GetResult(option) is { Implicit: false };

    /// <summary>An environment variable; null where it is not set or empty.</summary>
    public string? Variable(string name) => host.Variable(name) is { Length: > 0 } value ? value : null;

    /// <summary>Prints the result once: as JSON under <c>--json</c>, otherwise as <paramref name="text"/> shows it.</summary>
    public void Show<T>(T result, Action<IAnsiConsole> text)
    {
        progress?.Clear();
        if (Json)
        {
            JsonOutput.Write(host.Output, result);
            host.Output.WriteLine();
        }
        else
        {
            text(Console);
        }
    }

    /// <summary>Prints a result that is JSON already; used under <c>--json</c>.</summary>
    public void ShowText(string json)
    {
        progress?.Clear();
        host.Output.Write(json.EndsWith('\n') ? json : json + '\n');
    }

    /// <summary>Says on stderr what the user should know although the work goes on; silent under <c>--quiet</c>.</summary>
    public void Warn(string sentence)
    {
        progress?.Clear();
        if (!Quiet)
            host.Error.WriteLine($"ballast: warning: {sentence}");
    }

    /// <summary>Says on stderr why the work failed; returns <see cref="ExitCode.Failed"/>.</summary>
    public int Fail(string sentence)
    {
        progress?.Clear();
        host.Error.WriteLine($"ballast: {sentence}");
        return ExitCode.Failed;
    }

    internal void ClearProgress() => progress?.Clear();
}
