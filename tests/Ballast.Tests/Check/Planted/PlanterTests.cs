using System.Globalization;

namespace Ballast.Tests.Check.Planted;

public sealed class PlanterTests
{
    private static readonly Planting everything = Planting.Everything(3) with
    {
        Columns = [.. Enum.GetValues<SpoiledKind>().Select(kind => new SpoiledColumn(kind, 0.98, kind.ToString()))],
    };

    [Theory]
    [MemberData(nameof(PlantedTables.Names), MemberType = typeof(PlantedTables))]
    public void Same_seed_gives_the_same_bytes(string name)
    {
        var (first, second) = (PlantedTables.Plant(name), PlantedTables.Plant(name));

        Assert.Equal(first.Train.ToCsv(), second.Train.ToCsv());
        Assert.Equal(first.Test.ToCsv(), second.Test.ToCsv());
        Assert.Equal(first.Truth.ToJson(), second.Truth.ToJson());
    }

    [Fact]
    public void Other_seeds_give_other_tables() =>
        Assert.NotEqual(
            Planter.Plant(CleanTable.Make(600), "label", everything).Train.ToCsv(),
            Planter.Plant(CleanTable.Make(600), "label", everything with { Seed = 4 }).Train.ToCsv());

    [Fact]
    public void Nothing_asked_for_leaves_the_rows_as_they_were()
    {
        var clean = CleanTable.Make(600);

        var planted = Planter.Plant(clean, "label", new Planting { Seed = 1 });

        Assert.Equal(
            clean.Rows.Select(row => string.Join(',', row)).Order(StringComparer.Ordinal),
            planted.Train.Rows.Concat(planted.Test.Rows).Select(row => string.Join(',', row)).Order(StringComparer.Ordinal));
        Assert.Empty(planted.Truth.WrongLabels);
        Assert.Empty(planted.Truth.Copies);
        Assert.Empty(planted.Truth.Spoiled);
    }

    [Fact]
    public void Test_part_is_stratified_and_clean()
    {
        var clean = CleanTable.Make(1000);
        var original = clean.Rows.Select(row => string.Join(',', row)).ToHashSet();

        var planted = Planter.Plant(clean, "label", everything);

        foreach (var name in planted.Truth.Classes)
            Assert.Equal(Math.Round(0.3 * clean.Column("label").Count(l => l == name)), planted.Test.Column("label").Count(l => l == name));
        Assert.All(planted.Test.Without(planted.Truth.Spoiled.Keys).Rows, row => Assert.Contains(string.Join(',', row), original));
        Assert.Equal(planted.Test.Without([.. planted.Truth.Spoiled.Keys, "label"]).ToCsv(), planted.TestWithout.ToCsv());
    }

    [Theory]
    [InlineData(FlipPattern.Uniform)]
    [InlineData(FlipPattern.ClassDependent)]
    public void Wrong_labels_are_those_said_and_as_many_as_asked(FlipPattern pattern)
    {
        var clean = CleanTable.Make(3000);
        var trueLabel = clean.Rows.ToDictionary(row => row[0], row => row[^1]);

        var planted = Planter.Plant(clean, "label", new Planting { Seed = 5, FlippedShare = 0.06, Flips = pattern });

        var wrong = planted.Train.Rows.Select((row, r) => (row, r)).Where(pair => trueLabel[pair.row[0]] != pair.row[^1])
            .Select(pair => new WrongLabel(pair.r + 1, pair.row[^1], trueLabel[pair.row[0]]));
        Assert.Equal(wrong, planted.Truth.WrongLabels);
        Assert.InRange(planted.Truth.WrongLabels.Count, 0.06 * planted.Truth.Rows - 3, 0.06 * planted.Truth.Rows + 3);
    }

    [Fact]
    public void Class_dependent_flips_go_mostly_to_one_partner()
    {
        var planted = Planter.Plant(CleanTable.Make(6000), "label", new Planting { Seed = 5, FlippedShare = 0.1, Flips = FlipPattern.ClassDependent });

        foreach (var flips in planted.Truth.WrongLabels.GroupBy(label => label.True))
            Assert.InRange(flips.GroupBy(label => label.Given).Max(group => group.Count()) / (double)flips.Count(), 0.75, 1);
    }

    [Fact]
    public void Half_of_the_slices_labels_are_random_and_none_outside()
    {
        var planted = Planter.Plant(CleanTable.Make(4000), "label", new Planting { Seed = 6, NoiseSlice = true });

        var slice = planted.Truth.Slice!;
        Assert.InRange(slice.Rows.Count / (double)planted.Truth.Rows, 0.04, 0.13);
        Assert.Empty(planted.Truth.WrongLabels.Select(label => label.Row).Except(slice.Rows));
        // Half drawn uniformly from three classes: a third changed, within four standard errors.
        var changed = planted.Truth.WrongLabels.Count / (double)slice.Rows.Count;
        Assert.InRange(changed, (1 / 3.0) - (4 * 0.34 / Math.Sqrt(slice.Rows.Count)), (1 / 3.0) + (4 * 0.34 / Math.Sqrt(slice.Rows.Count)));
    }

    [Fact]
    public void Leaks_tell_the_given_label_in_training_and_nothing_in_the_test()
    {
        var planted = Planter.Plant(CleanTable.Make(4000), "label", everything);

        foreach (var leak in planted.Truth.Spoiled.Where(pair => SpoiledColumns.IsLeak(pair.Value)).Select(pair => pair.Key))
        {
            Assert.InRange(Telling(planted.Train, leak), leak == nameof(SpoiledKind.ClosedDate) ? 0.6 : 0.95, 1);
            Assert.InRange(Telling(planted.Test, leak), 0, 0.5);
        }

        // The share right when each rounded value is given its majority label.
        static double Telling(CsvTable table, string column) =>
            table.Column(column).Zip(table.Column("label"))
                .GroupBy(pair => pair.First.Length == 0 ? "" : double.IsNaN(CsvTable.Number(pair.First)) ? pair.First[..2]
                    : Math.Min(1000, Math.Round(CsvTable.Number(pair.First))).ToString(CultureInfo.InvariantCulture))
                .Sum(group => group.GroupBy(pair => pair.Second).Max(labels => labels.Count())) / (double)table.Rows.Count;
    }

    [Fact]
    public void Empty_constant_and_id_columns_are_what_they_are_called()
    {
        var planted = Planter.Plant(CleanTable.Make(2000), "label", everything with { Identity = CopyIdentity.New });
        string[] Present(string column) => [.. planted.Train.Column(column).Where(cell => cell.Length > 0)];

        Assert.Empty(Present(nameof(SpoiledKind.Empty)));
        Assert.InRange(Present(nameof(SpoiledKind.MostlyEmpty)).Length / (double)planted.Truth.Rows, 0.005, 0.04);
        Assert.Single(planted.Train.Column(nameof(SpoiledKind.Constant)).Distinct());
        Assert.Single(Present(nameof(SpoiledKind.ConstantWithGaps)).Distinct());
        Assert.InRange(Present(nameof(SpoiledKind.ConstantWithGaps)).Length, 0.95 * planted.Truth.Rows, planted.Truth.Rows - 1);
        foreach (var id in planted.Truth.Spoiled.Where(pair => SpoiledColumns.IsId(pair.Value)).Select(pair => pair.Key))
            Assert.Equal(planted.Truth.Rows + planted.Test.Rows.Count, planted.Train.Column(id).Concat(planted.Test.Column(id)).Distinct().Count());
    }

    [Theory]
    [InlineData(CopyPlacement.Appended, CopyIdentity.Same)]
    [InlineData(CopyPlacement.Scattered, CopyIdentity.New)]
    public void Copies_are_as_near_as_said(CopyPlacement placement, CopyIdentity identity)
    {
        var planted = Planter.Plant(CleanTable.Make(3000), "label", everything with { Placement = placement, Identity = identity });
        var features = planted.Train.Without([.. planted.Truth.Spoiled.Keys, "label"]);

        Assert.Equal(42, planted.Truth.Copies.Count(pair => pair.Kind == CopyKind.Exact));
        Assert.Equal(42, planted.Truth.Copies.Count(pair => pair.Kind != CopyKind.Exact));
        Assert.Equal(placement == CopyPlacement.Appended, planted.Truth.Copies.All(pair => pair.Copy > 2100));
        foreach (var (copy, original, kind) in planted.Truth.Copies)
        {
            var changed = features.Rows[copy - 1].Zip(features.Rows[original - 1]).Where(pair => pair.First != pair.Second).ToArray();
            Assert.InRange(changed.Length, kind == CopyKind.Exact ? 0 : 1, kind switch { CopyKind.Exact => 0, CopyKind.JitterAll => 3, _ => 1 });
            if (kind == CopyKind.TextForm)
                Assert.Equal(changed[0].First.Trim(), changed[0].Second, ignoreCase: true);
            // The generator's columns have standard deviations of 30, 1 and 900.
            if (kind is CopyKind.JitterOne or CopyKind.JitterAll)
                Assert.All(changed, pair => Assert.InRange(Math.Abs(CsvTable.Number(pair.First) - CsvTable.Number(pair.Second)), 0.0009, 10));
            Assert.Equal(identity == CopyIdentity.Same, Id(copy) == Id(original));
        }

        string Id(int row) => planted.Train.Rows[row - 1][planted.Train.IndexOf(nameof(SpoiledKind.HashId))];
    }

    [Fact]
    public void Rows_alike_by_nature_are_in_the_truth()
    {
        var clean = CsvTable.Parse("a,b,label\n1,x,p\n1,x,q\n2,x,p\n2,y,q\n9,z,p\n");

        var truth = Planter.Plant(clean, "label", new Planting { TestShare = 0 }).Truth;

        Assert.Equal([1, 2], Assert.Single(truth.EqualRows));
        Assert.Equal([1, 2, 3, 4], truth.OneCellApart);
    }

    [Fact]
    public void Truth_survives_its_file()
    {
        var truth = Planter.Plant(CleanTable.Make(600), "label", everything).Truth;

        Assert.Equal(truth.ToJson(), PlantedTruth.FromJson(truth.ToJson()).ToJson());
    }

    [Fact]
    public void Csv_with_quotes_separators_and_line_ends_reads_back()
    {
        var table = new CsvTable(["a", "b \"c\""], [["1,5", "x\r\ny"], [" z", ""], ["\"", "plain"]]);

        var again = CsvTable.Parse(table.ToCsv());

        Assert.Equal(table.Header, again.Header);
        Assert.Equal(table.Rows, again.Rows);
    }
}
