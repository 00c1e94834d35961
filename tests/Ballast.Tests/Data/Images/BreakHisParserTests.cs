using Ballast.Data.Images;
using Ballast.Data.Splitting;
using Ballast.Tests.Shared;

namespace Ballast.Tests.Data.Images;

public sealed class BreakHisParserTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void File_names_tell_subtype_patient_and_magnification()
    {
        var row = new BreakHisParser().Parse("malignant/SOB/SOB_M_DC-14-2523-400-009.png");

        Assert.Equal(new ImageManifestRow("malignant/SOB/SOB_M_DC-14-2523-400-009.png", "DC", "malignant", "14-2523", 400), row);
        Assert.Equal(("TA", "benign", "14-16184CD", 40), new BreakHisParser().Parse("sob_b_ta-14-16184cd-40-001.PNG") is { } other ? (other.Label, other.Superclass, other.Group, other.Magnification) : default);
    }

    [Theory]
    [InlineData("SOB_X_DC-14-2523-400-009.png")]
    [InlineData("SOB_M_DC-14-2523-400.png")]
    [InlineData("SOB_M_DC-14-2523-99999999999-009.png")]
    [InlineData("xSOB_M_DC-14-2523-400-009.png")]
    [InlineData("SOB_M_DC-14-2523-400-009.jpg")]
    public void Other_names_are_no_rows(string name) => Assert.Null(new BreakHisParser().Parse(name));

    [Fact]
    public void Patients_do_not_meet_themselves_across_parts()
    {
        string[] patients = ["M_DC-14-1", "M_DC-14-2", "M_DC-14-3", "M_LC-15-4", "M_LC-15-5", "B_A-16-6", "B_A-16-7", "B_A-14-8A"];
        foreach (var patient in patients)
            for (var i = 0; i < 5; i++)
                ImageFiles.Grey(folder, $"breast/{patient[0]}/SOB_{patient}-{(i % 2 == 0 ? 40 : 100)}-{i:000}.png", 3, 3, (_, _) => (byte)i);
        ImageFiles.Grey(folder, "breast/other.png", 3, 3, (_, _) => 0);

        var set = ImageFolder.Read(folder.Path, new() { Parser = new BreakHisParser() });
        var split = DataSplit.Of(set.Data, new(0.6, 0.2, 0.2), seed: 3);

        Assert.Equal(["A", "DC", "LC"], set.Data.ClassNames);
        Assert.Equal(8, set.Data.GroupNames.Count);
        Assert.Equal("breast/other.png", Assert.Single(set.Skipped).Path);
        int[][] groups = [.. new[] { split.Train, split.Validation, split.Test }.Select(part => part.Groups.ToArray().Distinct().ToArray())];
        Assert.Equal(8, groups.Sum(part => part.Length));
        Assert.Equal(8, groups.SelectMany(part => part).Distinct().Count());
        Assert.Equal(40, split.Train.Count + split.Validation.Count + split.Test.Count);
        Assert.Contains(split.Notes, note => note.Contains("'LC'", StringComparison.Ordinal));
    }
}
