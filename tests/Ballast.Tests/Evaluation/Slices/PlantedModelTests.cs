using Ballast.Core;
using Ballast.Evaluation.Slices;
using Ballast.Tests.Check.Planted;
using Ballast.Tests.Shared;

namespace Ballast.Tests.Evaluation.Slices;

/// <summary>Slices of surprise on what trained models predict out of fold.</summary>
public sealed class PlantedModelTests(ITestOutputHelper output)
{
    private static SliceReport Seek(PlantedModel model, int seed) =>
        new SliceFinder(Surprise.Options(new SliceFinderOptions { Seed = seed })).Find(model.Data, Surprise.Of(model.Predictions, model.Data.Labels.Span).Losses);

    private static double FirstOverlap(SliceReport report, PlantedModel model) => report.Slices.Count == 0 ? 0 : PlantedSlices.Overlap(report.Slices[0].Rows.Span, model.Inside);

    /// <summary>Three numbers and a category; the chance of class "yes" rises with two of them and depends on the third through the category, so parts of the table are hard.</summary>
    private static CsvTable Synthetic(int rows, int seed)
    {
        var random = RandomStream.For(seed, "planted model table");
        string[] towns = ["Oslo", "Bergen", "Molde", "Bodø"];
        return new CsvTable(["a", "b", "c", "town", "y"], [.. Enumerable.Range(0, rows).Select(_ =>
        {
            var (a, b, c, town) = (random.NextGaussian(), random.NextGaussian(), random.NextGaussian(), random.Next(4));
            var logit = 2.5 * a - 2 * b + (town == 2 ? c : 0);
            return new[] { $"{a:0.0000}", $"{b:0.0000}", $"{c:0.0000}", towns[town], random.NextDouble() < 1 / (1 + Math.Exp(-logit)) ? "yes" : "no" };
        })]);
    }

    [Fact]
    public void On_a_made_table_the_best_slice_overlaps_the_planted_one_by_half_in_most()
    {
        var overlaps = Enumerable.Range(0, 8).Select(seed =>
        {
            var model = PlantedModel.Of(Synthetic(6000, seed), "y", seed, slice: true);
            return FirstOverlap(Seek(model, seed), model);
        }).ToArray();

        output.WriteLine(string.Join(", ", overlaps.Select(overlap => $"{overlap:0.00}")));
        Assert.True(overlaps.Count(overlap => overlap >= 0.5) > overlaps.Length / 2);
    }

    [Fact]
    public void On_made_tables_without_a_slice_none_is_reported_in_95_of_100_seeds()
    {
        var reported = Enumerable.Range(0, 100).Count(seed => Seek(PlantedModel.Of(Synthetic(1500, seed), "y", seed, slice: false), seed).Slices.Count > 0);

        output.WriteLine($"{reported} of 100");
        Assert.InRange(reported, 0, 5);
    }

    [Theory]
    [InlineData("mlc_churn.csv", "churn")]
    [InlineData("satellite.csv", "classes")]
    public void On_real_tables_the_planted_slice_comes_first_in_most_and_nothing_without_it(string table, string target)
    {
        var read = CsvTable.Read(RealData.Require("tables/" + table));
        var overlaps = Enumerable.Range(0, 3).Select(seed =>
        {
            var model = PlantedModel.Of(read, target, seed, slice: true);
            return FirstOverlap(Seek(model, seed), model);
        }).ToArray();

        Assert.True(overlaps.Count(overlap => overlap >= 0.5) >= 2, string.Join(", ", overlaps.Select(overlap => $"{overlap:0.00}")));
        Assert.Empty(Seek(PlantedModel.Of(read, target, 0, slice: false), 0).Slices);
    }

    [Fact]
    public void Real_tables_have_hard_slices_where_nothing_was_planted()
    {
        var model = PlantedModel.Of(CsvTable.Read(RealData.Require("tables/mlc_churn.csv")), "churn", 0, slice: false);

        Assert.NotEmpty(new SliceFinder().Find(model.Data, model.Errors()).Slices);
        Assert.Empty(Seek(model, 0).Slices);
    }

    /// <summary>The figures of docs/slices.md: 100 seeds a table, hours on one core. BALLAST_SLICE_TABLES names tables, BALLAST_SLICE_SEEDS says how many seeds.</summary>
    [Fact(Explicit = true)]
    public void Figures_of_all_tables()
    {
        var seeds = int.Parse(Environment.GetEnvironmentVariable("BALLAST_SLICE_SEEDS") ?? "100", System.Globalization.CultureInfo.InvariantCulture);
        var asked = Environment.GetEnvironmentVariable("BALLAST_SLICE_TABLES") ?? "";
        foreach (var (table, target) in ((string, string)[])[("credit_data", "Status"), ("mlc_churn", "churn"), ("satellite", "classes"), ("lending_club", "Class"), ("letter", "lettr"), ("spam", "type"), ("shuttle", "Class")])
        {
            if (asked.Length > 0 && !asked.Split(',').Contains(table))
                continue;
            var read = CsvTable.Read(RealData.Require($"tables/{table}.csv"));
            var (first, any, reported, hardFirst, without, hardWithout) = (0, 0, 0, 0, 0, 0);
            for (var seed = 0; seed < seeds; seed++)
            {
                var model = PlantedModel.Of(read, target, seed, slice: true);
                var (weak, hard) = (Seek(model, seed), new SliceFinder(new SliceFinderOptions { Seed = seed }).Find(model.Data, model.Errors()));
                first += FirstOverlap(weak, model) >= 0.5 ? 1 : 0;
                hardFirst += FirstOverlap(hard, model) >= 0.5 ? 1 : 0;
                any += weak.Slices.Any(slice => PlantedSlices.Overlap(slice.Rows.Span, model.Inside) >= 0.5) ? 1 : 0;
                reported += weak.Slices.Count > 0 ? 1 : 0;
                model = PlantedModel.Of(read, target, seed, slice: false);
                without += Seek(model, seed).Slices.Count > 0 ? 1 : 0;
                hardWithout += new SliceFinder(new SliceFinderOptions { Seed = seed }).Find(model.Data, model.Errors()).Slices.Count > 0 ? 1 : 0;
            }
            output.WriteLine($"{table}: of {seeds} planted, first {first} (any {any}, reported {reported}; by errors first {hardFirst}); without, reported {without} (by errors {hardWithout})");
        }
    }
}
