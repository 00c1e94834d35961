using System.Text.Json;

namespace Ballast.Tests.Check.Planted;

public sealed class PlantedScoreTests
{
    private static readonly PlantedTable table = Planter.Plant(CleanTable.Make(1000), "label", Planting.Everything(2));

    [Fact]
    public void A_perfect_answer_scores_one()
    {
        var truth = table.Truth;
        var wrong = truth.WrongLabels.ToDictionary(label => label.Row, label => label.True);
        var original = truth.Copies.ToDictionary(pair => pair.Copy, pair => $"{pair.Original}");
        object[] findings =
        [
            .. truth.Spoiled.Select(pair => Finding(RightCheck(pair.Value), [pair.Key], [])),
            Finding("duplicates", [], truth.Copies.Select(pair => pair.Copy)),
            Finding("weak-slice", [], truth.Slice!.Rows),
        ];
        var suggested = Suggested(row => wrong.TryGetValue(row, out var label) ? ["true", label, "0.1", original.GetValueOrDefault(row, "")] : ["false", "", "0.9", original.GetValueOrDefault(row, "")]);

        var score = PlantedScore.Of(Json(findings), suggested, truth);

        Assert.Empty(score.SpoiledMissed);
        Assert.Empty(score.CleanNamed);
        Assert.Equal(
            Enumerable.Repeat(1.0, 12),
            [score.SpoiledNamed, score.SpoiledNamedRightly, score.Duplicates.Recall, score.Duplicates.Precision, score.Duplicates.StrictPrecision, score.SuggestedDuplicates.Recall,
                score.SuggestedDuplicates.Precision, score.LabelAveragePrecision, score.SuspectPrecision, score.SuspectRecall, score.SuggestedRight, score.SliceOverlap]);
    }

    [Fact]
    public void An_empty_answer_scores_nothing()
    {
        var score = PlantedScore.Of(Json([]), Suggested(_ => ["false", "", "", ""]), table.Truth);

        Assert.Equal(table.Truth.Spoiled.Count, score.SpoiledMissed.Count);
        Assert.Equal([0, 0, 0, 0, 0], [score.SpoiledNamed, score.Duplicates.Recall, score.SuggestedDuplicates.Recall, score.SuspectRecall, score.SliceOverlap]);
        Assert.Equal(table.Truth.WrongLabels.Count / (double)table.Truth.Rows, score.LabelAveragePrecision, 12);
    }

    [Fact]
    public void Either_row_of_a_pair_is_right_and_a_stranger_wrong()
    {
        var truth = table.Truth;
        var stranger = Enumerable.Range(1, truth.Rows).First(row => truth.Copies.All(pair => pair.Copy != row && pair.Original != row) && !truth.OneCellApart.Contains(row));

        var score = DuplicateScore.Of([.. truth.Copies.Select(pair => pair.Original), stranger], truth);

        Assert.Equal(1, score.Recall);
        Assert.Equal(truth.Copies.Count / (truth.Copies.Count + 1.0), score.Precision, 12);
    }

    [Fact]
    public void Clean_columns_named_are_held_against_the_answer()
    {
        var score = PlantedScore.Of(Json([Finding("leakage", ["score"], []), Finding("label-errors", ["town"], [])]), Suggested(_ => ["false", "", "", ""]), table.Truth);

        Assert.Equal(["leakage: score"], score.CleanNamed);
    }

    [Theory]
    // scikit-learn's average_precision_score of the negated scores.
    [InlineData(new[] { 0.1, 0.2, 0.3, 0.4 }, new[] { 1, 3 }, 0.8333333333333333)]
    [InlineData(new[] { 0.1, 0.1, 0.3, 0.4 }, new[] { 1, 4 }, 0.5)]
    [InlineData(new[] { 0.5, 0.5, 0.5, 0.5 }, new[] { 2 }, 0.25)]
    public void Average_precision_is_scikit_learns(double[] quality, int[] positives, double expected) =>
        Assert.Equal(expected, PlantedScore.AveragePrecision(quality, positives.Contains), 12);

    [Fact]
    public void An_answer_with_rows_lost_is_refused()
    {
        var shorter = new CsvTable(["ballast_label_quality"], [["0.5"]]);

        Assert.Throws<FormatException>(() => PlantedScore.Of(Json([]), shorter.ToCsv(), table.Truth));
    }

    private static string RightCheck(SpoiledKind kind) => kind switch
    {
        SpoiledKind.Constant => "constant-column",
        SpoiledKind.Empty or SpoiledKind.MostlyEmpty => "missing-values",
        SpoiledKind.ShuffledId => "identifier-column",
        _ => "leakage",
    };

    private static object Finding(string check, IEnumerable<string> columns, IEnumerable<int> rows) => new { id = check, check, columns, rows };

    private static string Json(object[] findings) => JsonSerializer.Serialize(new { findings, remedies = Array.Empty<object>() });

    /// <summary>suggested.csv with suspect, suggestion, quality and duplicate given by row.</summary>
    private static string Suggested(Func<int, string[]> answer) => new CsvTable(
        [.. table.Train.Header, "ballast_suspect_label", "ballast_suggested_label", "ballast_label_quality", "ballast_duplicate_of", "ballast_slice"],
        [.. table.Train.Rows.Select((row, r) => (string[])[.. row, .. answer(r + 1), ""])]).ToCsv();
}
