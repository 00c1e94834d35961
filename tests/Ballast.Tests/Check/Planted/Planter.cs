using Ballast.Core;

namespace Ballast.Tests.Check.Planted;

/// <summary>Plants defects into a clean table, after holding out a clean test part. The same seed gives the same bytes.</summary>
public static class Planter
{
    /// <summary>Rows without a target are left out first; the clean test part is drawn before anything is planted.</summary>
    /// <exception cref="ArgumentException">The table lacks the target, or has fewer than two classes.</exception>
    public static PlantedTable Plant(CsvTable clean, string target, Planting planting)
    {
        var targetColumn = clean.IndexOf(target);
        var labelled = clean.Rows.Where(row => !CsvTable.IsMissing(row[targetColumn])).ToArray();
        string[] classes = [.. labelled.Select(row => row[targetColumn]).Distinct().Order(StringComparer.Ordinal)];
        if (classes.Length < 2)
            throw new ArgumentException($"'{target}' has {classes.Length} class.", nameof(target));

        var (trainCells, testCells) = Split(labelled, targetColumn, classes, planting);
        var rows = trainCells.Select(cells => new PlantedRow([.. cells], cells[targetColumn])).ToList();
        var (numeric, text) = FeatureColumns(clean.Header, rows, targetColumn, planting.NaturalIds);

        var noise = new LabelNoise(classes, [.. rows.Select(row => row.TrueLabel)], planting.FlippedShare, planting.Flips, Stream("flip pattern"));
        noise.Flip(rows, targetColumn, Stream("flips"));
        NoisySlice? slice = null;
        if (planting.NoiseSlice)
        {
            slice = NoiseSlices.Draw(clean.Header, rows, numeric, text, Stream("slice"));
            NoiseSlices.Spoil(slice, clean.Header, targetColumn, rows, classes, Stream("slice labels"));
        }

        var copies = new RowCopies(rows, numeric, text).Make(planting, Stream("copies"));
        var anew = Stream("labels entered again");
        if (planting.CopyLabels == CopyLabels.EnteredAgain)
            foreach (var copy in copies)
                copy.Cells[targetColumn] = noise.EnterAgain(copy.TrueLabel, anew);
        Place(rows, copies, planting.Placement, Stream("places"));

        var columns = new ColumnSet(clean.Header, planting, rows, testCells, targetColumn, classes);
        var (train, test) = (columns.Train(), columns.Test());
        return new PlantedTable(train, test, test.Without([.. columns.Spoiled.Keys, target]), Truth(train, target, targetColumn, classes, rows, slice, columns, planting));

        RandomStream Stream(string what) => RandomStream.For(planting.Seed, "planting: " + what);
    }

    private static (List<string[]> Train, List<string[]> Test) Split(string[][] labelled, int target, string[] classes, Planting planting)
    {
        var random = RandomStream.For(planting.Seed, "planting: split");
        var share = Math.Min(1, planting.MaxRows / (double)labelled.Length);
        var (train, test) = (new List<int>(), new List<int>());
        foreach (var name in classes)
        {
            var rows = Enumerable.Range(0, labelled.Length).Where(r => labelled[r][target] == name).ToArray();
            random.Shuffle(rows.AsSpan());
            var used = Math.Max((int)Math.Round(share * rows.Length), Math.Min(rows.Length, 10));
            var held = (int)Math.Round(planting.TestShare * used);
            test.AddRange(rows[..held]);
            train.AddRange(rows[held..used]);
        }
        // Rows keep the order of the clean table: some tables are sorted, which a row number then gives away.
        return ([.. train.Order().Select(r => labelled[r])], [.. test.Order().Select(r => labelled[r])]);
    }

    private static (int[] Numeric, int[] Text) FeatureColumns(string[] header, List<PlantedRow> rows, int target, IReadOnlyList<string> naturalIds)
    {
        var features = Enumerable.Range(0, header.Length).Where(c => c != target && !naturalIds.Contains(header[c]))
            .Where(c => rows.Any(row => !CsvTable.IsMissing(row.Cells[c]))).ToArray();
        var numeric = features.Where(c => rows.All(row => CsvTable.IsMissing(row.Cells[c]) || double.IsFinite(CsvTable.Number(row.Cells[c])))).ToArray();
        return (numeric, [.. features.Except(numeric)]);
    }

    private static void Place(List<PlantedRow> rows, List<PlantedRow> copies, CopyPlacement placement, RandomStream random)
    {
        if (placement == CopyPlacement.Appended)
        {
            rows.AddRange(copies);
            return;
        }
        var total = rows.Count + copies.Count;
        var places = random.SampleWithoutReplacement(total, copies.Count);
        random.Shuffle(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(copies));
        for (var i = 0; i < places.Length; i++)
            rows.Insert(places[i], copies[i]);
    }

    private static PlantedTruth Truth(
        CsvTable train, string target, int targetColumn, string[] classes, List<PlantedRow> rows, NoisySlice? slice, ColumnSet columns, Planting planting)
    {
        var numberOf = rows.Select((row, r) => (row, r)).ToDictionary(pair => pair.row, pair => pair.r + 1);
        CopyPair[] copies = [.. rows.Where(row => row.Original is not null).Select(row => new CopyPair(numberOf[row], numberOf[row.Original!], row.Kind))];
        var known = copies.Select(pair => (Math.Min(pair.Copy, pair.Original), Math.Max(pair.Copy, pair.Original))).ToHashSet();
        var cells = rows.Select(row => row.Cells).ToArray();
        var features = Enumerable.Range(0, columns.CleanHeader.Length)
            .Where(c => c != targetColumn && !planting.NaturalIds.Contains(columns.CleanHeader[c])).ToArray();
        var debatable = columns.CleanHeader.Where(name => name != target && (planting.NaturalIds.Contains(name) || IsPoor(train, name))).ToArray();
        return new PlantedTruth
        {
            Target = target,
            Rows = rows.Count,
            Classes = classes,
            WrongLabels = [.. rows.Where(row => row.Cells[targetColumn] != row.TrueLabel).Select(row => new WrongLabel(numberOf[row], row.Cells[targetColumn], row.TrueLabel))],
            Slice = slice is null ? null : slice with { Rows = [.. rows.Where(row => NoiseSlices.Contains(slice, columns.CleanHeader, row.Cells)).Select(row => numberOf[row])] },
            Spoiled = columns.Spoiled,
            CleanColumns = [.. columns.CleanHeader.Where(name => name != target && !debatable.Contains(name))],
            DebatableColumns = debatable,
            Copies = copies,
            EqualRows = RowLikeness.Equal(cells, features),
            OneCellApart = RowLikeness.OneCellApart(cells, features, known),
        };
    }

    private static bool IsPoor(CsvTable table, string column)
    {
        var present = table.Column(column).Where(cell => !CsvTable.IsMissing(cell)).ToArray();
        return present.Length <= 0.6 * table.Rows.Count || present.Distinct().Count() == 1;
    }
}
