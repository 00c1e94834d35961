using System.CommandLine;
using System.CommandLine.Help;
using Ballast.Cli.Commands;
using Ballast.Cli.Runs;

namespace Ballast.Cli.Shell;

/// <summary>The program: reads a command line, runs the verb, turns what went wrong into a sentence and an exit code.</summary>
internal static class BallastApplication
{
    /// <summary>The program's version.</summary>
    public static string Version { get; } = typeof(BallastApplication).Assembly.GetName().Version!.ToString(3);

    /// <summary>Runs a command line in the given host; never throws.</summary>
    public static int Run(string[] args, CommandHost host) => Run(args, host, Verbs.All());

    internal static int Run(string[] args, CommandHost host, IReadOnlyList<Verb> verbs)
    {
        var shared = new SharedOptions();
        var version = new Option<bool>("--version") { Description = "Print the version." };
        var root = new Command("ballast", "Finds what is wrong in machine-learning data and models, and what mends it.") { new HelpOption(), version };
        shared.AddTo(root);
        foreach (var verb in verbs)
            root.Add(verb);

        // A column may be called '@home': no argument stands for a file of further arguments.
        var parse = root.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (parse.GetValue(version))
        {
            host.Output.WriteLine(Version);
            return ExitCode.Done;
        }
        if (args.Length == 0)
            return Help(root.Parse(["--help"]), host);
        if (UsageErrors.Find(parse) is { } error)
        {
            host.Error.WriteLine($"ballast: {error}");
            return ExitCode.BadUsage;
        }
        return parse.CommandResult.Command is Verb chosen && parse.Action == chosen.Action ? Run(chosen, args, parse, shared, host) : Help(parse, host);
    }

    private static int Run(Verb verb, string[] args, ParseResult parse, SharedOptions shared, CommandHost host)
    {
        var session = new CommandSession(host, parse, shared, new RunRecorder());
        if (!verb.Recorded)
            return Run(verb, session, host);
        var start = new RunStart(verb.Name, args, session.Seed, Environment.CurrentDirectory, Version, DateTimeOffset.UtcNow);
        var journal = RunJournal.Begin(host.Variable, start, session.Warn);
        var code = Run(verb, session, host);
        journal.Finish(code, session.Record);
        return code;
    }

    private static int Run(Verb verb, CommandSession session, CommandHost host)
    {
        try
        {
            return verb.Run(session);
        }
        catch (Exception error)
        {
            session.ClearProgress();
            var failure = Failure.Of(error, host.Cancellation);
            host.Error.WriteLine($"ballast: {failure.Sentence}");
            if (session.Verbose)
                host.Error.WriteLine(error);
            return failure.ExitCode;
        }
        finally
        {
            session.ClearProgress();
        }
    }

    private static int Help(ParseResult parse, CommandHost host) =>
        parse.Invoke(new InvocationConfiguration { Output = host.Output, Error = host.Error, EnableDefaultExceptionHandler = false });
}
