using System.Diagnostics;
using Ballast.Cli.Shell;

namespace Ballast.Cli.Runs;

/// <summary>Writes one run to the store; a store that cannot be used costs the user a warning and never the run.</summary>
internal sealed class RunJournal
{
    private readonly long clock = Stopwatch.GetTimestamp();
    private readonly Action<string> warn;
    private readonly string? path;
    private readonly long id;

    private RunJournal(Action<string> warn, string? path, long id) => (this.warn, this.path, this.id) = (warn, path, id);

    /// <summary>Notes that a run begins.</summary>
    /// <param name="variable">Reads environment variables, which say where the store is.</param>
    /// <param name="start">The run.</param>
    /// <param name="warn">Told in one sentence, at most once, why the run is not kept.</param>
    public static RunJournal Begin(Func<string, string?> variable, RunStart start, Action<string> warn)
    {
        try
        {
            var path = RunStore.DefaultPath(variable);
            using var store = RunStore.Open(path);
            return new RunJournal(warn, path, store.Begin(start));
        }
        catch (IOException error)
        {
            warn($"this run is not kept. {error.Message}");
            return new RunJournal(warn, null, 0);
        }
    }

    /// <summary>Notes how it ended.</summary>
    public void Finish(int exitCode, RunRecorder record)
    {
        if (path is null)
            return;
        try
        {
            using var store = RunStore.Open(path);
            store.Finish(id, exitCode, Stopwatch.GetElapsedTime(clock), record);
        }
        catch (IOException error)
        {
            warn($"how this run ended is not kept. {error.Message}");
        }
    }
}
