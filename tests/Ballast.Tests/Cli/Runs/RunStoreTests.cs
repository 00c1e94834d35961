using System.Diagnostics;
using Ballast.Cli.Runs;
using Ballast.Cli.Shell;
using Ballast.Tests.Shared;
using Microsoft.Data.Sqlite;

namespace Ballast.Tests.Cli.Runs;

public sealed class RunStoreTests
{
    private static readonly RunStart Start = new("check", ["check", "a b.csv", "--target", "ü|\"'"], 7, "/data", "1.2.3", new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero));

    [Fact]
    public void A_run_comes_back_as_it_was_kept()
    {
        using var folder = new TemporaryFolder();
        var record = new RunRecorder();
        record.Metric("auc", 0.75);
        record.Metric("undefined", double.NaN);
        record.Artefact("/out/b.html");
        record.Artefact("/out/a.json");
        record.Data("sha256:00");

        using (var store = RunStore.Open(folder.File("runs.db")))
            store.Finish(store.Begin(Start), 1, TimeSpan.FromSeconds(2.5), record);

        using var reopened = RunStore.Open(folder.File("runs.db"));
        var run = Assert.Single(reopened.Latest(10));
        Assert.Equal(Start with { Arguments = run.Start.Arguments }, run.Start);
        Assert.Equal(Start.Arguments, run.Start.Arguments);
        Assert.Equal((1, 2.5, "sha256:00"), (run.ExitCode, run.Seconds, run.DataFingerprint));
        Assert.Equal([KeyValuePair.Create("auc", 0.75), KeyValuePair.Create("undefined", double.NaN)], run.Metrics);
        Assert.Equal(["/out/b.html", "/out/a.json"], run.Artefacts);
    }

    [Fact]
    public void The_latest_runs_come_first_and_can_be_of_one_verb()
    {
        using var folder = new TemporaryFolder();
        using var store = RunStore.Open(folder.File("runs.db"));
        foreach (var command in new[] { "check", "train", "check", "labels" })
            store.Begin(Start with { Command = command });

        Assert.Equal([4, 3], store.Latest(2).Select(run => run.Id));
        Assert.Equal([3, 1], store.Latest(10, "check").Select(run => run.Id));
        Assert.All(store.Latest(10), run => Assert.Null(run.ExitCode));
    }

    [Fact]
    public void Many_writers_at_once_lose_nothing()
    {
        using var folder = new TemporaryFolder();
        const int Writers = 8, Runs = 10;

        // Every run opens the file anew, as a process of its own would; the first ones race to make it.
        Parallel.For(0, Writers, new ParallelOptions { MaxDegreeOfParallelism = Writers }, writer =>
        {
            for (var i = 0; i < Runs; i++)
            {
                var record = new RunRecorder();
                record.Metric("writer", writer);
                using var store = RunStore.Open(folder.File("runs.db"));
                store.Finish(store.Begin(Start), 0, TimeSpan.Zero, record);
            }
        });

        using var reader = RunStore.Open(folder.File("runs.db"));
        var runs = reader.Latest(int.MaxValue);
        Assert.Equal(Enumerable.Range(1, Writers * Runs).Select(id => (long)id), runs.Select(run => run.Id).Order());
        Assert.All(runs.GroupBy(run => run.Metrics["writer"]), group => Assert.Equal(Runs, group.Count()));
    }

    [Fact]
    public void A_killed_process_leaves_a_readable_store()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("runs.db");
        var moments = new Random(1);
        var kept = 0;
        for (var round = 0; round < 6; round++)
        {
            // Every failing 'reproduce' is kept: begun, then finished.
            var start = new ProcessStartInfo("/bin/sh")
            {
                ArgumentList = { "-c", "while :; do \"$0\" reproduce nothing 2>/dev/null; done", Path.Combine(AppContext.BaseDirectory, "ballast") },
                Environment = { ["BALLAST_HOME"] = folder.Path },
            };
            using (var process = Process.Start(start)!)
            {
                var waited = Stopwatch.StartNew();
                while (Kept(path) <= kept && waited.Elapsed < TimeSpan.FromSeconds(60))
                    Thread.Sleep(5);
                Thread.Sleep(moments.Next(200));
                process.Kill(entireProcessTree: true);
                process.WaitForExit();
            }

            using var store = RunStore.Open(path);
            var runs = store.Latest(int.MaxValue);
            Assert.Equal("ok", Integrity(path));
            Assert.True(runs.Count > kept, $"Runs are missing: {runs.Count} after {kept}.");
            Assert.All(runs, run => Assert.True(run.ExitCode is null or 2));
            kept = runs.Count;
        }

        static int Kept(string path)
        {
            if (!File.Exists(path))
                return 0;
            using var store = RunStore.Open(path);
            return store.Latest(int.MaxValue).Count;
        }
    }

    [Fact]
    public void A_store_of_a_later_version_or_of_garbage_is_refused()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("garbage.db"), string.Concat(Enumerable.Repeat("not a database ", 100)));
        using (var connection = new SqliteConnection($"Data Source={folder.File("later.db")};Pooling=False"))
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = "PRAGMA user_version = 99";
            command.ExecuteNonQuery();
        }

        Assert.Contains("later version", Assert.Throws<IOException>(() => RunStore.Open(folder.File("later.db"))).Message, StringComparison.Ordinal);
        Assert.Contains("garbage.db cannot be used", Assert.Throws<IOException>(() => RunStore.Open(folder.File("garbage.db"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_home_that_cannot_be_used_costs_one_warning_and_not_the_run()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("file"), "");

        var run = ProgramRun.With(
            host => host with { Variable = name => name == "BALLAST_HOME" ? folder.File("file") : null },
            [new Verb("work", "Works.", session => ExitCode.Done)],
            ["work"]);

        Assert.Equal(0, run.ExitCode);
        Assert.StartsWith("ballast: warning: this run is not kept. ", run.Error, StringComparison.Ordinal);
        Assert.Single(run.Error.TrimEnd().Split('\n'));
    }

    [Theory]
    [InlineData("/home/a", "/data", "/home/a/runs.db")]
    [InlineData("", "/data", "/data/ballast/runs.db")]
    public void The_store_lies_where_the_environment_says(string home, string data, string expected) =>
        Assert.Equal(expected, RunStore.DefaultPath(name => name == "BALLAST_HOME" ? home : data));

    private static string Integrity(string path)
    {
        using var connection = new SqliteConnection($"Data Source={path};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "PRAGMA integrity_check";
        return (string)command.ExecuteScalar()!;
    }
}
