using System.Runtime.ExceptionServices;
using Ballast.Core;

namespace Ballast.Data.Reading;

/// <summary>Reads a user's table: csv, tsv and alike (optionally gzip), JSON lines, Parquet. See docs/reading.md for every rule.</summary>
public static class TableReader
{
    /// <summary>Values with fewer rows than this are kept whole when a file is sampled.</summary>
    internal const int RareRows = 100;

    /// <summary>A column with more distinct values than this has no rare ones worth keeping whole.</summary>
    private const int MostStrata = 1000;

    /// <summary>Reads a file, sampling it where it has more rows than <see cref="TableReadOptions.MaxRows"/>.</summary>
    /// <remarks>One pass, or two when the file is sampled; memory in the rows that are kept. A row enters the sample by its number and the seed alone.</remarks>
    /// <param name="path">The file; taken literally, never expanded.</param>
    /// <param name="options">What the user says about it; null for the defaults (all rows).</param>
    /// <param name="progress">Told of the share read.</param>
    /// <param name="cancellation">Stops the reading.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="DataFormatException">The file is no usable table; says where and why.</exception>
    /// <exception cref="ArgumentException">The options name a column that does not exist; the message suggests the nearest.</exception>
    public static Table Read(
        string path, TableReadOptions? options = null, IProgress<ProgressUpdate>? progress = null, CancellationToken cancellation = default)
    {
        options ??= new TableReadOptions();
        if (options.MaxRows is { } maxRows)
            Guard.Positive(maxRows, nameof(options.MaxRows));
        var file = TableFile.Inspect(path, options.Separator, cancellation);
        var missing = new MissingTokens(options.MissingTokens);
        var notes = new List<string>(file.Notes);

        var first = ReadFirst(file, options, missing, notes, progress, cancellation);
        if (first.TotalRows == 0)
            throw new DataFormatException(path, "a header but no rows", "at least one row");
        var (columns, rows, rule) = first.TotalRows == first.RowsKept
            ? (first.Columns, AllRows(first.RowsKept), null)
            : ReadSample(file, options, missing, first, progress, cancellation);

        return new Table(path, InferKinds(columns, rows, options, file.Format == TableFormat.Delimited ? file.Separator : null, notes, cancellation), rows, first.TotalRows, rule, notes);
    }

    private static TableColumn[] InferKinds(ColumnBuilder[] columns, int[] rows, TableReadOptions options, char? separator, List<string> notes, CancellationToken cancellation)
    {
        var typed = new TableColumn[columns.Length];
        var columnNotes = new List<string>[columns.Length];
        try
        {
            Parallel.For(0, columns.Length, new ParallelOptions { CancellationToken = cancellation, MaxDegreeOfParallelism = Environment.ProcessorCount }, c =>
            {
                var (codes, texts) = columns[c].Build();
                columnNotes[c] = [];
                typed[c] = ColumnInference.Infer(new RawColumn(columns[c].Name, codes, texts, rows), options, separator, columnNotes[c]);
            });
        }
        catch (AggregateException several)
        {
            ExceptionDispatchInfo.Throw(several.InnerExceptions[0]);
        }
        notes.AddRange(columnNotes.SelectMany(each => each));
        return typed;
    }

    // Reads on after MaxRows only to count, to choose the sample and to count the strata's rows.
    private static FirstPass ReadFirst(
        TableFile file, TableReadOptions options, MissingTokens missing, List<string> notes, IProgress<ProgressUpdate>? progress, CancellationToken cancellation)
    {
        using var source = file.OpenRecords();
        CheckNames(source, options);
        var columns = NewBuilders(source, missing);
        var most = options.MaxRows ?? int.MaxValue;
        var chosen = new SmallestKeys(options.MaxRows ?? 0);
        var stratum = options.StratifyBy is null ? -1 : source.Names.ToList().IndexOf(options.StratifyBy);
        var strata = stratum < 0 ? null : new ColumnBuilder(file.Path, "strata", missing);
        var strataCounts = new List<int>();
        var total = 0L;
        while (source.Next())
        {
            if (total == int.MaxValue)
                throw new DataFormatException(file.Path, "more than 2,147,483,647 rows", "fewer");
            if (total < most)
                for (var c = 0; c < columns.Length; c++)
                    columns[c].Append(source.Field(c));
            else if (total == most)
                columns = [];
            if (options.MaxRows is not null)
                chosen.Offer(SampleKey(options.Seed, total), (int)total);
            if (strata is not null && !Count(strata, source.Field(stratum), strataCounts))
                strata = null;
            total++;
            Report(total, "reading", source, progress, cancellation);
        }
        notes.AddRange(source.Notes);
        return new FirstPass(columns, total, (int)Math.Min(total, columns.Length == 0 ? 0 : most), chosen, strata is null ? null : [.. strataCounts], strata);
    }

    private static (ColumnBuilder[] Columns, int[] Rows, string Rule) ReadSample(
        TableFile file, TableReadOptions options, MissingTokens missing, FirstPass first, IProgress<ProgressUpdate>? progress, CancellationToken cancellation)
    {
        using var source = file.OpenRecords();
        var columns = NewBuilders(source, missing);
        var chosen = first.Chosen.Rows();
        var stratum = options.StratifyBy is null ? -1 : source.Names.ToList().IndexOf(options.StratifyBy);
        var rareRows = first.StrataCounts?.Where(count => count < RareRows).Sum() ?? 0;
        var keepRare = first.StrataCounts is not null && rareRows > 0;
        var rows = new List<int>(chosen.Length);
        var (row, next) = (0, 0);
        for (; source.Next(); row++)
        {
            Report(row + 1, "reading the sample", source, progress, cancellation);
            var inSample = next < chosen.Length && chosen[next] == row;
            if (inSample)
                next++;
            var rare = keepRare && !inSample && first.Strata!.Find(source.Field(stratum)) is >= 0 and var code && first.StrataCounts![code] < RareRows;
            if (!inSample && !rare)
                continue;
            rows.Add(row);
            for (var c = 0; c < columns.Length; c++)
                columns[c].Append(source.Field(c));
        }
        if (row != first.TotalRows)
            throw new DataFormatException(file.Path, $"{row} rows on the second reading, {first.TotalRows} on the first", "a file that does not change while it is read");
        var rule = $"{chosen.Length:N0} of {first.TotalRows:N0} rows were drawn uniformly at random (seed {options.Seed})";
        if (rows.Count > chosen.Length)
            rule += $", and {rows.Count - chosen.Length:N0} more so that every row of a value of '{options.StratifyBy}' with fewer than {RareRows} rows is kept";
        else if (stratum >= 0 && first.StrataCounts is null)
            rule += $"; '{options.StratifyBy}' has more than {MostStrata:N0} values, so none was kept whole";
        return (columns, [.. rows], rule + ".");
    }

    private static ColumnBuilder[] NewBuilders(RecordSource source, MissingTokens missing) =>
        [.. source.Names.Select(name => new ColumnBuilder(source.File, name, missing))];

    private static int[] AllRows(int count)
    {
        var rows = new int[count];
        for (var i = 0; i < count; i++)
            rows[i] = i;
        return rows;
    }

    private static ulong SampleKey(long seed, long row) => RandomStream.For(seed, "table-sample", row).NextUInt64();

    // False once there are too many values for any to be worth keeping whole.
    private static bool Count(ColumnBuilder strata, ReadOnlySpan<byte> value, List<int> counts)
    {
        var code = strata.Intern(value);
        if (code < 0)
            return true;
        while (counts.Count <= code)
            counts.Add(0);
        counts[code]++;
        return counts.Count <= MostStrata;
    }

    private static void CheckNames(RecordSource source, TableReadOptions options)
    {
        var known = source.Names.ToHashSet();
        foreach (var name in options.Ignore.Concat(options.Categorical).Concat(options.Numeric).Concat(options.StratifyBy is { } by ? [by] : []))
            if (!known.Contains(name))
                throw Table.NoColumn(source.File, name, source.Names);
        foreach (var name in options.Ignore.Intersect(options.Categorical.Concat(options.Numeric)).Concat(options.Categorical.Intersect(options.Numeric)))
            throw new ArgumentException($"Column '{name}' is given two kinds; say one of ignore, categorical and numeric.");
    }

    private static void Report(long row, string stage, RecordSource source, IProgress<ProgressUpdate>? progress, CancellationToken cancellation)
    {
        if (row % 8192 != 0)
            return;
        cancellation.ThrowIfCancellationRequested();
        progress?.Report(new ProgressUpdate(stage, source.Fraction));
    }

    private sealed record FirstPass(ColumnBuilder[] Columns, long TotalRows, int RowsKept, SmallestKeys Chosen, int[]? StrataCounts, ColumnBuilder? Strata);

    /// <summary>The rows with the smallest of all keys: a uniform sample that does not depend on the order of rows or threads.</summary>
    private sealed class SmallestKeys(int capacity)
    {
        private readonly PriorityQueue<int, (ulong Key, int Row)> largestFirst = new(Comparer<(ulong Key, int Row)>.Create((a, b) => b.CompareTo(a)));

        public void Offer(ulong key, int row)
        {
            if (largestFirst.Count < capacity)
                largestFirst.Enqueue(row, (key, row));
            else
                largestFirst.EnqueueDequeue(row, (key, row));
        }

        public int[] Rows() => [.. largestFirst.UnorderedItems.Select(item => item.Element).Order()];
    }
}
