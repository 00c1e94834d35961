using System.Text.Json;

namespace Ballast.Tests.Check.Planted;

/// <summary>How well an answer of <c>ballast check</c> (findings.json and suggested.csv) agrees with what was planted. Shares lie in [0, 1]; NaN where nothing of the kind was planted.</summary>
public sealed record PlantedScore
{
    private static readonly string[] columnChecks = ["leakage", "identifier-column", "constant-column", "missing-values"];

    /// <summary>Planted columns that no column check names.</summary>
    public required IReadOnlyList<string> SpoiledMissed { get; init; }

    /// <summary>Clean columns that a column check names, as "check: column".</summary>
    public required IReadOnlyList<string> CleanNamed { get; init; }

    /// <summary>Share of planted columns named by any column check.</summary>
    public required double SpoiledNamed { get; init; }

    /// <summary>Share of planted columns named by the check that their kind belongs to.</summary>
    public required double SpoiledNamedRightly { get; init; }

    /// <summary>Duplicates by the rows of the findings of check <c>duplicates</c>.</summary>
    public required DuplicateScore Duplicates { get; init; }

    /// <summary>Duplicates by the rows where suggested.csv fills <c>ballast_duplicate_of</c>.</summary>
    public required DuplicateScore SuggestedDuplicates { get; init; }

    /// <summary>Average precision of ascending <c>ballast_label_quality</c> with the wrong labels as positives; ties share a threshold. An empty cell ranks last.</summary>
    public required double LabelAveragePrecision { get; init; }

    /// <summary>Precision of <c>ballast_suspect_label</c>.</summary>
    public required double SuspectPrecision { get; init; }

    /// <summary>Recall of <c>ballast_suspect_label</c>.</summary>
    public required double SuspectRecall { get; init; }

    /// <summary>Share of the wrong labels that are suspected for which <c>ballast_suggested_label</c> is the true one.</summary>
    public required double SuggestedRight { get; init; }

    /// <summary>Largest intersection over union of the noise slice with the rows of a <c>weak-slice</c> finding.</summary>
    public required double SliceOverlap { get; init; }

    /// <summary>The same for the first such finding alone.</summary>
    public required double FirstSliceOverlap { get; init; }

    /// <summary>Largest intersection over union of the noise slice with the rows of a <c>label-errors</c> finding about a part of the table.</summary>
    public required double PartOverlap { get; init; }

    /// <summary>Scores one answer.</summary>
    /// <exception cref="FormatException">suggested.csv has other rows than the table, or lacks a column of the contract.</exception>
    public static PlantedScore Of(string findingsJson, string suggestedCsv, PlantedTruth truth)
    {
        using var document = JsonDocument.Parse(findingsJson);
        var findings = document.RootElement.GetProperty("findings").EnumerateArray().Select(AnswerFinding.Of).ToArray();
        var suggested = CsvTable.Parse(suggestedCsv);
        if (suggested.Rows.Count != truth.Rows)
            throw new FormatException($"suggested.csv has {suggested.Rows.Count} rows, the table {truth.Rows}.");

        var named = findings.Where(f => columnChecks.Contains(f.Check)).SelectMany(f => f.Columns.Select(column => (f.Check, column))).Distinct().ToArray();
        var missed = truth.Spoiled.Keys.Where(name => !named.Any(n => n.column == name)).ToArray();
        var rightly = truth.Spoiled.Count(pair => named.Any(n => n.column == pair.Key && CheckOf(pair.Value).Contains(n.Check)));
        var wrong = truth.WrongLabels.ToDictionary(label => label.Row, label => label.True);
        var quality = suggested.Column("ballast_label_quality").Select(cell => CsvTable.Number(cell) is var q && double.IsNaN(q) ? double.PositiveInfinity : q).ToArray();
        var suspects = RowsWhere(suggested, "ballast_suspect_label", cell => cell.Equals("true", StringComparison.OrdinalIgnoreCase));
        var suggestions = suggested.Column("ballast_suggested_label").ToArray();
        var caught = suspects.Where(wrong.ContainsKey).ToArray();
        var slices = findings.Where(f => f.Check == "weak-slice").Select(f => Overlap(f.Rows, truth.Slice?.Rows ?? [])).ToArray();
        var parts = findings.Where(f => f.Check == "label-errors" && !f.Columns.Contains(truth.Target)).Select(f => Overlap(f.Rows, truth.Slice?.Rows ?? [])).ToArray();
        var planted = truth.Slice is null ? double.NaN : 0;
        return new PlantedScore
        {
            SpoiledMissed = missed,
            CleanNamed = [.. named.Where(n => truth.CleanColumns.Contains(n.column)).Select(n => $"{n.Check}: {n.column}")],
            SpoiledNamed = Share(truth.Spoiled.Count - missed.Length, truth.Spoiled.Count),
            SpoiledNamedRightly = Share(rightly, truth.Spoiled.Count),
            Duplicates = DuplicateScore.Of(findings.Where(f => f.Check == "duplicates").SelectMany(f => f.Rows), truth),
            SuggestedDuplicates = DuplicateScore.Of(RowsWhere(suggested, "ballast_duplicate_of", cell => cell.Length > 0), truth),
            LabelAveragePrecision = AveragePrecision(quality, row => wrong.ContainsKey(row)),
            SuspectPrecision = Share(caught.Length, suspects.Length),
            SuspectRecall = Share(caught.Length, wrong.Count),
            SuggestedRight = Share(caught.Count(row => suggestions[row - 1] == wrong[row]), caught.Length),
            SliceOverlap = slices.Length > 0 && truth.Slice is not null ? slices.Max() : planted,
            PartOverlap = parts.Length > 0 && truth.Slice is not null ? parts.Max() : planted,
            FirstSliceOverlap = slices.Length > 0 && truth.Slice is not null ? slices[0] : planted,
        };
    }

    /// <summary>Sum over distinct scores of (gain in recall) x precision, scores ascending, as scikit-learn's average_precision_score of the negated scores; NaN without positives.</summary>
    public static double AveragePrecision(IReadOnlyList<double> ascending, Func<int, bool> isPositive)
    {
        var (seen, hits, sum) = (0, 0, 0.0);
        foreach (var tied in Enumerable.Range(1, ascending.Count).GroupBy(row => ascending[row - 1]).OrderBy(group => group.Key))
        {
            var gained = tied.Count(isPositive);
            seen += tied.Count();
            hits += gained;
            sum += gained * (hits / (double)seen);
        }
        return Share(sum, hits);
    }

    private static string[] CheckOf(SpoiledKind kind) => kind switch
    {
        _ when SpoiledColumns.IsLeak(kind) => ["leakage"],
        _ when SpoiledColumns.IsId(kind) => ["identifier-column"],
        SpoiledKind.Empty => ["missing-values", "constant-column"],
        SpoiledKind.MostlyEmpty => ["missing-values"],
        _ => ["constant-column"],
    };

    private static int[] RowsWhere(CsvTable table, string column, Func<string, bool> holds) =>
        [.. table.Column(column).Select((cell, r) => (cell, r)).Where(pair => holds(pair.cell)).Select(pair => pair.r + 1)];

    private static double Overlap(IReadOnlyList<int> rows, IReadOnlyList<int> slice) =>
        Share(rows.Intersect(slice).Count(), rows.Union(slice).Count());

    private static double Share(double part, double whole) => whole == 0 ? double.NaN : part / whole;

    private sealed record AnswerFinding(string Check, string[] Columns, int[] Rows)
    {
        public static AnswerFinding Of(JsonElement finding) => new(
            finding.GetProperty("check").GetString()!,
            [.. finding.GetProperty("columns").EnumerateArray().Select(name => name.GetString()!)],
            [.. finding.GetProperty("rows").EnumerateArray().Select(row => row.GetInt32())]);
    }
}
