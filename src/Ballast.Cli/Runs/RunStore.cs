using System.Globalization;
using System.Text.Json;
using Ballast.Cli.Shell;
using Microsoft.Data.Sqlite;

namespace Ballast.Cli.Runs;

/// <summary>Every run of the program, in one SQLite file that many processes may write to at once.</summary>
/// <remarks>
/// Write-ahead log, one transaction a change: a process that is killed leaves its run unfinished and the file whole.
/// <c>user_version</c> holds the schema's version; a file of a later version is refused rather than guessed at.
/// </remarks>
internal sealed class RunStore : IDisposable
{
    private const int SchemaVersion = 1;

    private const string Schema = """
        CREATE TABLE IF NOT EXISTS runs (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            command TEXT NOT NULL,
            arguments TEXT NOT NULL,
            seed INTEGER NOT NULL,
            folder TEXT NOT NULL,
            version TEXT NOT NULL,
            started TEXT NOT NULL,
            data_fingerprint TEXT,
            seconds REAL,
            exit_code INTEGER);
        CREATE TABLE IF NOT EXISTS metrics (
            run_id INTEGER NOT NULL REFERENCES runs (id), name TEXT NOT NULL, value REAL,
            PRIMARY KEY (run_id, name)) WITHOUT ROWID;
        CREATE TABLE IF NOT EXISTS artefacts (
            run_id INTEGER NOT NULL REFERENCES runs (id), position INTEGER NOT NULL, path TEXT NOT NULL,
            PRIMARY KEY (run_id, position)) WITHOUT ROWID;
        """;

    private readonly SqliteConnection connection;

    private RunStore(SqliteConnection connection) => this.connection = connection;

    /// <summary>Where runs are kept: <c>$BALLAST_HOME</c>, else the user's data folder.</summary>
    /// <exception cref="IOException">The user has no home folder.</exception>
    public static string DefaultPath(Func<string, string?> variable)
    {
        static string? Set(string? value) => string.IsNullOrEmpty(value) ? null : value;
        var folder = Set(variable("BALLAST_HOME"))
            ?? (Set(variable("XDG_DATA_HOME")) is { } data ? Path.Combine(data, "ballast") : null)
            ?? (Set(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify)) is { } local
                ? Path.Combine(local, "ballast")
                : throw new IOException("There is no home folder to keep runs in; set BALLAST_HOME."));
        return Path.Combine(folder, "runs.db");
    }

    /// <summary>Opens the store, made where it does not exist.</summary>
    /// <exception cref="IOException">It cannot be made, opened or read.</exception>
    public static RunStore Open(string path) => Try(path, () =>
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        // Without a pool, closing the last connection folds the log back into the file.
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, DefaultTimeout = 20, Pooling = false }.ToString());
        try
        {
            connection.Open();
            Prepare(connection, path);
            return new RunStore(connection);
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    });

    /// <summary>Keeps a run that begins; returns its number.</summary>
    public long Begin(RunStart start) => Try(connection.DataSource, () =>
    {
        using var insert = Command(
            """
            INSERT INTO runs (command, arguments, seed, folder, version, started)
            VALUES ($command, $arguments, $seed, $folder, $version, $started) RETURNING id
            """,
            ("$command", start.Command),
            ("$arguments", JsonSerializer.Serialize(start.Arguments)),
            ("$seed", start.Seed),
            ("$folder", start.Folder),
            ("$version", start.Version),
            ("$started", start.Started.ToString("O", CultureInfo.InvariantCulture)));
        return (long)insert.ExecuteScalar()!;
    });

    /// <summary>Keeps how a run ended, all of it or nothing.</summary>
    public void Finish(long id, int exitCode, TimeSpan duration, RunRecorder record) => Try(connection.DataSource, () =>
    {
        using var transaction = connection.BeginTransaction(deferred: false);
        foreach (var (name, value) in record.Metrics)
            Execute("INSERT INTO metrics (run_id, name, value) VALUES ($id, $name, $value)", ("$id", id), ("$name", name), ("$value", double.IsNaN(value) ? DBNull.Value : value));
        for (var i = 0; i < record.Artefacts.Count; i++)
            Execute("INSERT INTO artefacts (run_id, position, path) VALUES ($id, $position, $path)", ("$id", id), ("$position", i), ("$path", record.Artefacts[i]));
        Execute("UPDATE runs SET exit_code = $code, seconds = $seconds, data_fingerprint = $data WHERE id = $id",
            ("$code", exitCode), ("$seconds", duration.TotalSeconds), ("$data", (object?)record.DataFingerprint ?? DBNull.Value), ("$id", id));
        transaction.Commit();
        return 0;
    });

    /// <summary>The latest runs, newest first.</summary>
    /// <param name="limit">At most so many.</param>
    /// <param name="command">Runs of this verb alone; null for all.</param>
    public IReadOnlyList<RunRecord> Latest(int limit, string? command = null) => Try<IReadOnlyList<RunRecord>>(connection.DataSource, () =>
    {
        using var select = Command("SELECT id FROM runs WHERE $command IS NULL OR command = $command ORDER BY id DESC LIMIT $limit",
            ("$command", (object?)command ?? DBNull.Value), ("$limit", limit));
        using var reader = select.ExecuteReader();
        var runs = new List<RunRecord>();
        while (reader.Read())
            runs.Add(Read(reader.GetInt64(0))!);
        return runs;
    });

    /// <summary>The run of number <paramref name="id"/>.</summary>
    /// <exception cref="ArgumentException">There is none.</exception>
    public RunRecord Get(long id) =>
        Try(connection.DataSource, () => Read(id)) ?? throw new ArgumentException($"There is no run {id}; 'ballast runs' lists them.");

    /// <inheritdoc/>
    public void Dispose() => connection.Dispose();

    private static void Prepare(SqliteConnection connection, string path)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "PRAGMA user_version";
        var version = (long)command.ExecuteScalar()!;
        if (version > SchemaVersion)
            throw new IOException($"The run store {path} was written by a later version of Ballast.");
        command.CommandText = "PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON;";
        command.ExecuteNonQuery();
        if (version == SchemaVersion)
            return;
        command.CommandText = "PRAGMA journal_mode = WAL";
        command.ExecuteNonQuery();
        using var transaction = connection.BeginTransaction(deferred: false);
        command.Transaction = transaction;
        command.CommandText = $"{Schema} PRAGMA user_version = {SchemaVersion};";
        command.ExecuteNonQuery();
        transaction.Commit();
    }

    private RunRecord? Read(long id)
    {
        using var select = Command("SELECT command, arguments, seed, folder, version, started, data_fingerprint, seconds, exit_code FROM runs WHERE id = $id", ("$id", id));
        using var reader = select.ExecuteReader();
        if (!reader.Read())
            return null;
        var start = new RunStart(
            reader.GetString(0),
            JsonSerializer.Deserialize<string[]>(reader.GetString(1))!,
            reader.GetInt32(2),
            reader.GetString(3),
            reader.GetString(4),
            DateTimeOffset.Parse(reader.GetString(5), CultureInfo.InvariantCulture));
        return new RunRecord(
            id,
            start,
            reader.IsDBNull(6) ? null : reader.GetString(6),
            reader.IsDBNull(7) ? null : reader.GetDouble(7),
            reader.IsDBNull(8) ? null : reader.GetInt32(8),
            ReadMetrics(id),
            ReadArtefacts(id));
    }

    private SortedDictionary<string, double> ReadMetrics(long id)
    {
        using var select = Command("SELECT name, value FROM metrics WHERE run_id = $id", ("$id", id));
        using var reader = select.ExecuteReader();
        var metrics = new SortedDictionary<string, double>(StringComparer.Ordinal);
        while (reader.Read())
            metrics.Add(reader.GetString(0), reader.IsDBNull(1) ? double.NaN : reader.GetDouble(1));
        return metrics;
    }

    private List<string> ReadArtefacts(long id)
    {
        using var select = Command("SELECT path FROM artefacts WHERE run_id = $id ORDER BY position", ("$id", id));
        using var reader = select.ExecuteReader();
        var paths = new List<string>();
        while (reader.Read())
            paths.Add(reader.GetString(0));
        return paths;
    }

    private void Execute(string sql, params (string Name, object Value)[] parameters)
    {
        using var command = Command(sql, parameters);
        command.ExecuteNonQuery();
    }

    private SqliteCommand Command(string sql, params (string Name, object Value)[] parameters)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        foreach (var (name, value) in parameters)
            command.Parameters.AddWithValue(name, value);
        return command;
    }

    // SQLite's own errors say little to a user: the file's name and one kind of error are what can be acted on.
    private static T Try<T>(string path, Func<T> work)
    {
        try
        {
            return work();
        }
        catch (Exception error) when (error is SqliteException or FormatException or JsonException or InvalidCastException or UnauthorizedAccessException)
        {
            throw new IOException($"The run store {path} cannot be used: {error.Message}", error);
        }
    }
}
