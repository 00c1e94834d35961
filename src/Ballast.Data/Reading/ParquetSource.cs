using System.Data.Common;
using System.Text;
using Ballast.Core;
using DuckDB.NET.Data;

namespace Ballast.Data.Reading;

/// <summary>Parquet through DuckDB, streamed in the file's order, every value as text.</summary>
/// <remarks>The engine may touch this one file and nothing else: other files, the network, extensions and expansion of the path are off before the path is used.</remarks>
internal sealed class ParquetSource : RecordSource
{
    private readonly DuckDBConnection connection = new("DataSource=:memory:");
    private readonly DuckDBCommand command;
    private readonly DbDataReader reader;
    private readonly long totalRows;
    private long rows;

    public ParquetSource(string path) : base(path)
    {
        command = connection.CreateCommand();
        try
        {
            connection.Open();
            var literal = Literal(Unexpanded(Path.GetFullPath(path)));
            foreach (var setting in (ReadOnlySpan<string>)
                ["autoinstall_known_extensions=false", "autoload_known_extensions=false", $"threads={Environment.ProcessorCount}",
                "memory_limit='512MB'", "temp_directory=''", $"allowed_paths=[{literal}, {Literal(Path.GetFullPath(path))}]", "enable_external_access=false", "lock_configuration=true"])
                Execute($"SET {setting}");
            totalRows = CountRows(literal);
            SetNames(TopLevelNames(literal));
            command.CommandText = $"SELECT COLUMNS(*)::VARCHAR FROM read_parquet({literal})";
            command.UseStreamingMode = true;
            reader = command.ExecuteReader();
        }
        catch (DuckDBException error)
        {
            Dispose();
            throw Damaged(error);
        }
        catch
        {
            Dispose();
            throw;
        }
        fieldBytes = new byte[1 << 12];
    }

    public override double Fraction => totalRows == 0 ? 1 : (double)rows / totalRows;

    public override bool Next()
    {
        try
        {
            if (!reader.Read())
                return false;
            rows++;
            var used = 0;
            for (var c = 0; c < fieldLengths.Length; c++)
            {
                if (reader.IsDBNull(c))
                {
                    fieldLengths[c] = Null;
                    continue;
                }
                var text = reader.GetString(c);
                var most = Encoding.UTF8.GetMaxByteCount(text.Length);
                if (fieldBytes.Length - used < most)
                    Array.Resize(ref fieldBytes, Math.Max(fieldBytes.Length * 2, used + most));
                fieldStarts[c] = used;
                fieldLengths[c] = Encoding.UTF8.GetBytes(text, fieldBytes.AsSpan(used));
                used += fieldLengths[c];
            }
            return true;
        }
        catch (Exception error) when (error is DuckDBException or DecoderFallbackException)
        {
            throw Damaged(error);
        }
    }

    public override void Dispose()
    {
        reader?.Dispose();
        command.Dispose();
        connection.Dispose();
    }

    private void Execute(string sql)
    {
        using var setting = connection.CreateCommand();
        setting.CommandText = sql;
        setting.ExecuteNonQuery();
    }

    private long CountRows(string literal)
    {
        using var query = connection.CreateCommand();
        query.CommandText = $"SELECT num_rows FROM parquet_file_metadata({literal})";
        return Convert.ToInt64(query.ExecuteScalar());
    }

    // From the schema, not from the query: the engine renames columns whose names differ in case alone.
    private List<string> TopLevelNames(string literal)
    {
        using var query = connection.CreateCommand();
        query.CommandText = $"SELECT name, num_children FROM parquet_schema({literal})";
        using var schema = query.ExecuteReader();
        var nodes = new List<(string Name, long Children)>();
        while (schema.Read())
            nodes.Add((schema.GetString(0), schema.IsDBNull(1) ? 0 : Convert.ToInt64(schema.GetValue(1))));
        var names = new List<string>();
        for (var position = 1; position < nodes.Count; position = Skip(position))
            names.Add(nodes[position].Name);
        return names;

        int Skip(int position)
        {
            var pending = 1L;
            while (pending > 0 && position < nodes.Count)
                pending += nodes[position++].Children - 1;
            return position;
        }
    }

    // The engine would take a path with these characters for a pattern; a class of one character is that character.
    private static string Unexpanded(string path) => string.Concat(path.Select(c => c is '[' or '*' or '?' ? $"[{c}]" : $"{c}"));

    private static string Literal(string text) => $"'{text.Replace("'", "''")}'";

    private DataFormatException Damaged(Exception error) =>
        new(File, $"Parquet that cannot be read ({error.Message.Split('\n')[0].Trim().TrimEnd('.')})", "a whole Parquet file", inner: error);
}
