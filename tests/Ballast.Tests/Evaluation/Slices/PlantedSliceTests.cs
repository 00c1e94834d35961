using Ballast.Evaluation.Slices;
using Ballast.Evaluation.Slices.Trees;

namespace Ballast.Tests.Evaluation.Slices;

public sealed class PlantedSliceTests(ITestOutputHelper output)
{
    public static TheoryData<string, string> Tables => new()
    {
        { "credit_data.csv", "Status" },
        { "mlc_churn.csv", "churn" },
        { "satellite.csv", "classes" },
        { "lending_club.csv", "Class" },
        { "letter.csv", "lettr" },
    };

    [Theory]
    [MemberData(nameof(Tables))]
    public void The_best_slice_overlaps_the_planted_one_by_half_in_most(string table, string target)
    {
        var planted = PlantedSlices.On(table, target);
        var overlaps = new double[12];
        for (var seed = 0; seed < overlaps.Length; seed++)
        {
            var (errors, inside, slice) = planted.Plant(seed);
            var report = new SliceFinder(new SliceFinderOptions { Seed = seed }).Find(planted.Data, errors);
            overlaps[seed] = report.Slices.Count == 0 ? 0 : PlantedSlices.Overlap(report.Slices[0].Rows.Span, inside);
            output.WriteLine($"{overlaps[seed]:0.00} {slice.Column} [{slice.Low:0.###}, {slice.High:0.###}] and {slice.OtherColumn} {slice.Value ?? $"[{slice.OtherLow:0.###}, {slice.OtherHigh:0.###}]"}: {(report.Slices.Count == 0 ? "" : report.Slices[0].Description)}");
        }

        Assert.True(overlaps.Count(overlap => overlap >= 0.5) * 2 > overlaps.Length, string.Join(", ", overlaps.Select(overlap => $"{overlap:0.00}")));
    }

    [Theory]
    [InlineData("credit_data.csv", "Status")]
    [InlineData("satellite.csv", "classes")]
    public void Without_a_planted_slice_none_is_reported_in_95_of_100_seeds(string table, string target)
    {
        var planted = PlantedSlices.On(table, target);

        var reported = Enumerable.Range(0, 100).Count(seed => new SliceFinder(new SliceFinderOptions { Seed = seed }).Find(planted.Data, planted.Errors(seed)).Slices.Count > 0);

        output.WriteLine($"{reported} of 100");
        Assert.InRange(reported, 0, 5);
    }

    [Fact]
    public void An_error_tree_reports_nothing_on_noise_in_95_of_100_seeds()
    {
        var planted = PlantedSlices.On("credit_data.csv", "Status");

        var reported = Enumerable.Range(0, 100).Count(seed =>
        {
            var losses = planted.Errors(seed).Select(wrong => wrong ? 1.0 : 0).ToArray();
            return new SliceFinder(new SliceFinderOptions { Seed = seed }).Find(new ErrorTreeSearch(planted.Data), default, losses).Slices.Count > 0;
        });

        Assert.InRange(reported, 0, 5);
    }
}
