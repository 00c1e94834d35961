using Ballast.Core;
using Ballast.Evaluation.Subpopulations;
using Ballast.Tests.Shared;

namespace Ballast.Tests.Evaluation.Subpopulations;

public sealed class SubpopulationTableTests
{
    [Fact]
    public void A_table_gives_a_point_a_model_with_its_run()
    {
        var table = Read("model,group,correct,total,run,epoch\nm1,men,80,100,r1,1\nm1,women,30,50,r1,1\nm2,women,40,50,r1,2\nm2,men,90,100,r1,2\nm3,men,95,100,r2,1\nm3,women,41,50,r2,1\n");

        var points = table.Points("men", "women");

        Assert.Equal(["m1", "m2", "m3"], table.Models);
        Assert.Equal("men", table.LargestGroup);
        Assert.Equal([0.8, 0.9, 0.95], points.Select(p => p.MajorityAccuracy));
        Assert.Equal([0.6, 0.8, 0.82], points.Select(p => p.MinorityAccuracy));
        Assert.Equal([0, 0, 1], points.Select(p => p.Run!.Value));
        Assert.Null(Read("model,group,correct,total\na,x,1,2\na,y,1,2\n").Points("x", "y")[0].Run);
    }

    [Fact]
    public void Bad_tables_are_named()
    {
        Assert.Contains("group", Assert.Throws<DataFormatException>(() => Read("model,correct,total\na,1,2\nb,1,2\n")).Message);
        var cell = Assert.Throws<DataFormatException>(() => Read("model,group,correct,total\na,x,1,2\na,y,1.5,2\n"));
        Assert.Equal((3, "correct"), (cell.Line, cell.Column));
        Assert.Throws<DataFormatException>(() => Read("model,group,correct,total\na,x,,2\na,y,1,2\n"));
        Assert.Contains("twice", Assert.Throws<ArgumentException>(() => Read("model,group,correct,total\na,x,1,2\na,x,1,2\n")).Message);
        var table = Read("model,group,correct,total\na,x,1,2\na,y,3,2\nb,x,1,2\n");
        Assert.Contains("'z'", Assert.Throws<ArgumentException>(() => table.Points("x", "z")).Message);
        Assert.Contains("'a'", Assert.Throws<ArgumentException>(() => table.Points("x", "y")).Message);
        Assert.Throws<ArgumentException>(() => new SubpopulationTable([]));
    }

    private static SubpopulationTable Read(string text)
    {
        using var folder = new TemporaryFolder();
        var path = Path.Combine(folder.Path, "models.csv");
        File.WriteAllText(path, text);
        return SubpopulationTable.Read(path);
    }
}
