using System.Text.Json.Nodes;
using Ballast.Cli.Commands;
using Ballast.Cli.Shell;

namespace Ballast.Tests.Shared;

/// <summary>The program run in this process: its exit code and what it printed. Each run has an empty home of its own unless one is given.</summary>
internal sealed record ProgramRun(int ExitCode, string Output, string Error)
{
    public static ProgramRun Of(params string[] args) => With(host => host, args);

    public static ProgramRun With(Func<CommandHost, CommandHost> change, params string[] args) => With(change, Verbs.All(), args);

    public static ProgramRun With(Func<CommandHost, CommandHost> change, IReadOnlyList<Verb> verbs, string[] args)
    {
        var home = Directory.CreateTempSubdirectory("ballast-home-");
        try
        {
            using var output = new StringWriter();
            using var error = new StringWriter();
            var host = new CommandHost(output, error)
            {
                Variable = name => name == "BALLAST_HOME" ? home.FullName : Environment.GetEnvironmentVariable(name),
                Cancellation = TestContext.Current.CancellationToken,
            };
            var code = BallastApplication.Run(args, change(host), verbs);
            return new ProgramRun(code, output.ToString(), error.ToString());
        }
        finally
        {
            home.Delete(recursive: true);
        }
    }

    /// <summary>What stands on stdout, read as one JSON text.</summary>
    public JsonNode Json => JsonNode.Parse(Output)!;
}
