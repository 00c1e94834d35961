using Ballast.Core;
using Ballast.Data.Reading;
using Ballast.Tests.Check.Planted;
using Ballast.Tests.Shared;

namespace Ballast.Tests.Evaluation.Slices;

/// <summary>Real tables, the rows of a planted slice, and the errors of a model that is right on a share of the rows, wherever they lie.</summary>
internal sealed class PlantedSlices
{
    private const int MaximumRows = 5000;
    private const double ErrorRate = 0.15;

    private readonly CsvTable table;
    private readonly int target;
    private readonly string[] classes;

    private PlantedSlices(string path, string targetName)
    {
        var read = CsvTable.Read(path);
        target = read.IndexOf(targetName);
        var keep = RandomStream.For(1, "planted slices").SampleWithoutReplacement(read.Rows.Count, Math.Min(read.Rows.Count, MaximumRows));
        table = new CsvTable(read.Header, [.. keep.Select(r => read.Rows[r])]);
        classes = [.. table.Column(targetName).Distinct().Order(StringComparer.Ordinal)];
        using var folder = new TemporaryFolder();
        var sample = folder.File("sample.csv");
        File.WriteAllText(sample, table.ToCsv());
        var columns = TableReader.Read(sample);
        Data = FeatureEncoder.Fit(columns, [.. columns.Columns.Select(column => column.Name).Where(name => name != targetName)]).Transform(columns, null).Data;
    }

    public Dataset Data { get; }

    /// <summary>A table of the samples or of the real data; skips the test where it is absent.</summary>
    public static PlantedSlices On(string name, string target)
    {
        var sample = Path.Combine(GoldenFiles.TestsFolder(), "..", "..", "samples", name);
        return new PlantedSlices(File.Exists(sample) ? sample : RealData.Require("tables/" + name), target);
    }

    /// <summary>Errors that know nothing of the columns.</summary>
    public bool[] Errors(int seed)
    {
        var random = RandomStream.For(seed, "planted slices: errors");
        return [.. table.Rows.Select(_ => random.NextDouble() < ErrorRate)];
    }

    /// <summary>The same model after half of a slice's labels were drawn at random; the slice is a range of one column with a range or a value of another, 5 to 12% of the rows.</summary>
    public (bool[] Errors, bool[] Inside, NoisySlice Slice) Plant(int seed)
    {
        var features = Enumerable.Range(0, table.Header.Length).Where(c => c != target && table.Rows.Select(row => row[c]).Distinct().Take(2).Count() == 2).ToArray();
        var numeric = features.Where(c => table.Rows.All(row => CsvTable.IsMissing(row[c]) || double.IsFinite(CsvTable.Number(row[c])))).ToArray();
        var rows = table.Rows.Select(cells => new PlantedRow([.. cells], cells[target])).ToList();
        var slice = NoiseSlices.Draw(table.Header, rows, numeric, [.. features.Except(numeric)], RandomStream.For(seed, "planted slices: slice"));
        NoiseSlices.Spoil(slice, table.Header, target, rows, classes, RandomStream.For(seed, "planted slices: labels"));
        var errors = Errors(seed);
        var random = RandomStream.For(seed, "planted slices: wrong classes");
        for (var i = 0; i < errors.Length; i++)
        {
            var predicted = errors[i] ? classes.Where(name => name != rows[i].TrueLabel).ElementAt(random.Next(classes.Length - 1)) : rows[i].TrueLabel;
            errors[i] = predicted != rows[i].Cells[target];
        }
        return (errors, [.. rows.Select(row => NoiseSlices.Contains(slice, table.Header, row.Cells))], slice);
    }

    /// <summary>Rows in both over rows in either.</summary>
    public static double Overlap(ReadOnlySpan<int> found, bool[] inside)
    {
        var shared = 0;
        foreach (var row in found)
            shared += inside[row] ? 1 : 0;
        return (double)shared / (found.Length + inside.Count(x => x) - shared);
    }
}
