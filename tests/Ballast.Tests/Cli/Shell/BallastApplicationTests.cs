using System.Runtime.InteropServices;
using Ballast.Cli.Shell;
using Ballast.Core;
using Ballast.Tests.Shared;
using Spectre.Console;

namespace Ballast.Tests.Cli.Shell;

public sealed class BallastApplicationTests
{
    [Fact]
    public void Version_is_printed_alone()
    {
        var run = ProgramRun.Of("--version");

        Assert.Equal(0, run.ExitCode);
        Assert.Matches(@"^\d+\.\d+\.\d+\r?\n$", run.Output);
        Assert.Empty(run.Error);
    }

    [Theory]
    [InlineData]
    [InlineData("--help")]
    public void Overview_names_every_verb(params string[] args)
    {
        var run = ProgramRun.Of(args);

        Assert.Equal(0, run.ExitCode);
        Assert.Contains("ballast", run.Output, StringComparison.Ordinal);
        Assert.All(Ballast.Cli.Commands.Verbs.All(), verb => Assert.Contains(verb.Name, run.Output, StringComparison.Ordinal));
    }

    [Fact]
    public void Help_of_every_verb_names_the_shared_options() =>
        Assert.All(Ballast.Cli.Commands.Verbs.All(), verb =>
        {
            var run = ProgramRun.Of(verb.Name, "--help");
            Assert.Equal(0, run.ExitCode);
            Assert.All(["--json", "--seed", "--quiet", "--verbose"], option => Assert.Contains(option, run.Output, StringComparison.Ordinal));
        });

    [Theory]
    [InlineData("unknown verb 'metods'; did you mean 'methods'?", "metods")]
    [InlineData("unknown option '--jsn'; did you mean '--json'?", "methods", "--jsn")]
    [InlineData("unknown option '--zzzzzzzz'; 'ballast methods --help' lists them.", "methods", "--zzzzzzzz")]
    [InlineData("Cannot parse argument 'x' for option '--seed' as a whole number.", "methods", "--seed", "x")]
    public void Bad_usage_is_one_sentence_and_exit_code_2(string sentence, params string[] args)
    {
        var run = ProgramRun.Of(args);

        Assert.Equal(2, run.ExitCode);
        Assert.Equal($"ballast: {sentence}{Environment.NewLine}", run.Error);
        Assert.Empty(run.Output);
    }

    public static TheoryData<string, int, string> Failures => new()
    {
        { "argument", 2, "k must be greater than 0. Actual value was -1." },
        { "data", 2, "a.csv, line 3, column 'b': found 'x'; expected a number." },
        { "missing", 2, "Could not find file 'a.csv'." },
        { "readonly", 2, "Access denied." },
        { "parallel", 2, "a.csv: found nothing; expected a header." },
        { "bug", 1, "something went wrong inside: oops (--verbose shows where)" },
        { "torch", 1, "something went wrong inside: Expected all tensors to be on the same device (--verbose shows where)" },
        { "full card", 1, "the graphics card has not enough memory for this: give a smaller --batch or a smaller network, or --device cpu." },
    };

    [Theory]
    [MemberData(nameof(Failures))]
    public void An_exception_becomes_one_sentence_and_an_exit_code(string kind, int code, string sentence)
    {
        var run = RunVerb(_ => throw Make(kind));

        Assert.Equal(code, run.ExitCode);
        Assert.Equal($"ballast: {sentence}{Environment.NewLine}", run.Error);
    }

    [Fact]
    public void Verbose_adds_the_stack_trace() =>
        Assert.Contains(nameof(BallastApplicationTests), RunVerb(_ => throw Make("bug"), "--verbose").Error, StringComparison.Ordinal);

    [Fact]
    public void Cancelled_work_says_so_and_exits_with_130()
    {
        using var interruption = new CancellationTokenSource();

        var run = RunVerb(session =>
        {
            interruption.Cancel();
            Parallel.For(0, 10, new ParallelOptions { CancellationToken = session.Cancellation }, _ => { });
            return 0;
        }, host => host with { Cancellation = interruption.Token });

        Assert.Equal(130, run.ExitCode);
        Assert.Equal($"ballast: cancelled{Environment.NewLine}", run.Error);
    }

    [Fact]
    public void Json_is_alone_on_stdout_and_quiet_prints_nothing()
    {
        static int Body(CommandSession session)
        {
            session.Progress?.Report(new ProgressUpdate("working", 0.5));
            session.Console.WriteLine("for people");
            session.Show(new { Title = "<script>", Value = double.NaN, session.Seed }, console => console.WriteLine("result"));
            return 0;
        }

        var json = RunVerb(Body, "--json", "--seed", "7");
        var quiet = RunVerb(Body, "--quiet");
        var plain = RunVerb(Body, host => host with { ErrorIsTerminal = true });

        Assert.Equal("{\n  \"title\": \"\\u003Cscript\\u003E\",\n  \"value\": null,\n  \"seed\": 7\n}", json.Output.TrimEnd());
        Assert.Empty(json.Error);
        Assert.Empty(quiet.Output + quiet.Error);
        Assert.Equal(["for people", "result"], plain.Output.Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries));
        Assert.Contains("working 50", plain.Error, StringComparison.Ordinal);
    }

    private static ProgramRun RunVerb(Func<CommandSession, int> body, params string[] options) => RunVerb(body, host => host, options);

    private static ProgramRun RunVerb(Func<CommandSession, int> body, Func<CommandHost, CommandHost> change, params string[] options) =>
        ProgramRun.With(change, [new Verb("work", "Works.", body)], ["work", .. options]);

    private static Exception Make(string kind) => kind switch
    {
        "argument" => new ArgumentOutOfRangeException("k", -1, "k must be greater than 0."),
        "data" => new DataFormatException("a.csv", "'x'", "a number", 3, "b"),
        "missing" => new FileNotFoundException("Could not find file 'a.csv'."),
        "readonly" => new UnauthorizedAccessException("Access denied."),
        "parallel" => new AggregateException(new DataFormatException("a.csv", "nothing", "a header")),
        "torch" => new NativeException("Expected all tensors to be on the same device\nException raised from compute_types at TensorIterator.cpp:501\nframe #0: c10::Error"),
        "full card" => new NativeException("CUDA out of memory. Tried to allocate 20.00 MiB.\nException raised from malloc at allocator.cpp:1"),
        _ => new InvalidOperationException("oops"),
    };

    // As TorchSharp throws what libtorch says.
    private sealed class NativeException(string message) : ExternalException(message);
}
