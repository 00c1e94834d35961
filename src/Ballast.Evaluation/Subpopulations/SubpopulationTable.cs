using Ballast.Core;
using Ballast.Data.Reading;

namespace Ballast.Evaluation.Subpopulations;

/// <summary>Many models' right answers by group: columns model, group, correct, total and, where known, run and epoch.</summary>
public sealed class SubpopulationTable
{
    private readonly Dictionary<(string Model, string Group), ModelGroupCount> counts = [];

    /// <summary>Takes the rows.</summary>
    /// <param name="rows">One a model and group.</param>
    /// <exception cref="ArgumentException">There are no rows, or a model has a group twice.</exception>
    public SubpopulationTable(IEnumerable<ModelGroupCount> rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        foreach (var row in rows)
            if (!counts.TryAdd((row.Model, row.Group), row))
                throw new ArgumentException($"Model '{row.Model}' has the group '{row.Group}' twice.", nameof(rows));
        if (counts.Count == 0)
            throw new ArgumentException("There are no models.", nameof(rows));
        Models = [.. counts.Values.Select(row => row.Model).Distinct()];
        Groups = [.. counts.Values.Select(row => row.Group).Distinct()];
    }

    /// <summary>Models in the order in which they come.</summary>
    public IReadOnlyList<string> Models { get; }

    /// <summary>Groups in the order in which they come.</summary>
    public IReadOnlyList<string> Groups { get; }

    /// <summary>The group with the most rows over all models, the first on ties: the majority unless the user says otherwise.</summary>
    public string LargestGroup => Groups.MaxBy(group => counts.Values.Where(row => row.Group == group).Sum(row => (long)row.Total))!;

    /// <summary>Reads csv, tsv, JSON lines or Parquet.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="DataFormatException">A column is missing or a cell holds no count; says where.</exception>
    /// <exception cref="ArgumentException">A model has a group twice.</exception>
    public static SubpopulationTable Read(string path, CancellationToken cancellation = default)
    {
        var table = TableReader.Read(path, cancellation: cancellation);
        foreach (var name in new[] { "model", "group", "correct", "total" })
            if (!table.Contains(name))
                throw new DataFormatException(path, $"the columns {string.Join(", ", table.Columns.Select(column => column.Name))}", "the columns model, group, correct, total", column: name);
        string Text(string column, int i) => table[column].Text(i) ?? throw new DataFormatException(path, "nothing", "a name", Line(i), column);
        int Count(string column, int i) => table[column].Number(i) is var value && value >= 0 && value <= int.MaxValue && value == Math.Floor(value)
            ? (int)value
            : throw new DataFormatException(path, $"'{table[column].Text(i)}'", "a whole number of at least 0", Line(i), column);
        // Line 1 holds the names.
        long Line(int i) => table.RowNumbers[i] + 2;
        return new SubpopulationTable(Enumerable.Range(0, table.RowCount).Select(i => new ModelGroupCount(
            Text("model", i), Text("group", i), Count("correct", i), Count("total", i),
            table.Contains("run") ? table["run"].Text(i) : null, table.Contains("epoch") && !table["epoch"].IsMissing(i) ? Count("epoch", i) : null)));
    }

    /// <summary>One point a model, in the order of <see cref="Models"/>.</summary>
    /// <param name="majority">The majority group.</param>
    /// <param name="minority">The minority group.</param>
    /// <exception cref="ArgumentException">A group is not there, a model lacks one, has no rows of it or more right answers than rows.</exception>
    public IReadOnlyList<SubpopulationPoint> Points(string majority, string minority)
    {
        foreach (var group in new[] { majority, minority })
            if (!Groups.Contains(group))
                throw new ArgumentException($"There is no group '{group}'; there are {string.Join(", ", Groups.Select(g => $"'{g}'"))}.");
        var runs = new Dictionary<string, int>();
        return [.. Models.Select(model =>
        {
            var (large, small) = (Of(model, majority), Of(model, minority));
            int? run = null;
            if (large.Run is { } name)
            {
                runs.TryAdd(name, runs.Count);
                run = runs[name];
            }
            try
            {
                return new SubpopulationPoint(large.Correct, large.Total, small.Correct, small.Total, run);
            }
            catch (ArgumentException error)
            {
                throw new ArgumentException($"Model '{model}': {error.Message}", error);
            }
        })];
    }

    private ModelGroupCount Of(string model, string group) =>
        counts.TryGetValue((model, group), out var row) ? row : throw new ArgumentException($"Model '{model}' has no row of the group '{group}'.");
}
