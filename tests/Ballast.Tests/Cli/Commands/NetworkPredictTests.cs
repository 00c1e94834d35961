using Ballast.Core;
using Ballast.Data.Reading;
using Ballast.Learning.Tabular;
using Ballast.Learning.Tabular.Saving;
using Ballast.Tests.Shared;

namespace Ballast.Tests.Cli.Commands;

public sealed class NetworkPredictTests
{
    [Fact]
    public void A_saved_network_predicts_a_table_like_any_other_model()
    {
        using var folder = new TemporaryFolder();
        var random = RandomStream.For(1, "people");
        var lines = Enumerable.Range(0, 200).Select(_ => (Height: random.NextGaussian(), Colour: random.Next(2) == 0 ? "red" : "blue"))
            .Select(p => $"{p.Height:0.###},{p.Colour},{(p.Height + (p.Colour == "red" ? 1 : -1) > 0 ? "yes" : "no")}");
        File.WriteAllLines(folder.File("people.csv"), ["height,colour,answer", .. lines]);
        var table = TableReader.Read(folder.File("people.csv"));
        var target = TargetCoding.Fit(table, "answer");
        var encoder = FeatureEncoder.Fit(table, ["height", "colour"]);
        var model = new NetworkClassifier(new() { Hidden = [32], Epochs = 60 }).Fit(encoder.Transform(table, target).Data);
        ModelFile.Save(folder.File("model.ballast"), new SavedModel(model) { Encoder = encoder, Target = target });
        File.WriteAllLines(folder.File("new.csv"), ["colour,height", "red,3", "blue,-2", "green,0", "red,"]);

        var predicted = ProgramRun.Of("predict", folder.File("new.csv"), "--model", folder.File("model.ballast"), "--out", folder.File("p.csv"));

        Assert.Equal((0, 5), (predicted.ExitCode, File.ReadAllLines(folder.File("p.csv")).Length));
        var rows = File.ReadAllLines(folder.File("p.csv")).Select(line => line.Split(',')).ToArray();
        Assert.Equal(["colour", "height", "prediction", "probability_no", "probability_yes"], rows[0]);
        Assert.Equal(["yes", "no"], [rows[1][2], rows[2][2]]);
    }
}
