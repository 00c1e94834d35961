using Ballast.Core;
using Ballast.Tests.Shared;

namespace Ballast.Tests.Cli.Commands;

public sealed class CalibrateCommandTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public CalibrateCommandTests()
    {
        // Probabilities three times too sure, as columns p_a, p_b and as logits.
        var random = RandomStream.For(1, "too sure");
        var rows = Enumerable.Range(0, 400).Select(_ =>
        {
            var z = 1.5 * random.NextGaussian();
            return (Label: random.NextDouble() < 1 / (1 + Math.Exp(-z)) ? "b" : "a", P: 1 / (1 + Math.Exp(-3 * z)), Logit: 3 * z);
        }).ToArray();
        File.WriteAllLines(folder.File("p.csv"), ["label,p_a,p_b", .. rows.Select(row => $"{row.Label},{1 - row.P:R},{row.P:R}")]);
        File.WriteAllLines(folder.File("only.csv"), ["a,b", .. rows.Select(row => $"{1 - row.P:R},{row.P:R}")]);
        File.WriteAllLines(folder.File("logits.csv"), ["a,b", .. rows.Select(row => $"0,{row.Logit:R}")]);
        File.WriteAllLines(folder.File("y.csv"), ["label", .. rows.Select(row => row.Label)]);
    }

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Columns_files_and_logits_give_the_same_recalibrator()
    {
        string[] method = ["--method", "temperature", "--json", "--out", folder.File("r.json")];

        ProgramRun[] runs =
        [
            ProgramRun.Of(["calibrate", folder.File("p.csv"), "--labels", "label", "--probabilities", "p_", .. method]),
            ProgramRun.Of(["calibrate", folder.File("only.csv"), "--labels", folder.File("y.csv"), .. method]),
            ProgramRun.Of(["calibrate", folder.File("logits.csv"), "--labels", folder.File("y.csv"), "--logits", .. method]),
        ];

        Assert.All(runs, run => Assert.Equal((0, ""), (run.ExitCode, run.Error)));
        Assert.All(runs, run => Assert.Equal((double)runs[0].Json["trials"]![0]!["value"]!, (double)run.Json["trials"]![0]!["value"]!, 1e-6));
        Assert.True((double)runs[0].Json["test"]!["pValue"]! < 0.01);
        Assert.True((bool)runs[0].Json["onnx"]!);
        Assert.Contains("\"temperature\"", File.ReadAllText(folder.File("r.json")), StringComparison.Ordinal);
    }

    [Fact]
    public void The_best_is_chosen_and_shown_with_its_gain()
    {
        var run = ProgramRun.Of("calibrate", folder.File("p.csv"), "--labels", "label", "--probabilities", "p_", "--out", folder.File("r.json"));

        Assert.Equal(0, run.ExitCode);
        Assert.Contains("Could these probabilities be right? p = 0.001", run.Output, StringComparison.Ordinal);
        Assert.Contains("Wrote ", run.Output, StringComparison.Ordinal);
        Assert.True(File.Exists(folder.File("r.json")));
    }

    [Fact]
    public void Predict_applies_a_recalibrator_of_the_models_own_classes()
    {
        var random = RandomStream.For(2, "table");
        File.WriteAllLines(folder.File("t.csv"), ["x,answer", .. Enumerable.Range(0, 300).Select(_ => random.NextGaussian()).Select(x => $"{x:0.###},{(x + random.NextGaussian() > 0 ? "yes" : "no")}")]);
        ProgramRun.Of("train", folder.File("t.csv"), "--target", "answer", "--model-kind", "trees", "--out", folder.File("m.ballast"));
        var calibrated = ProgramRun.Of("calibrate", folder.File("t.csv"), "--model", folder.File("m.ballast"), "--method", "temperature", "--out", folder.File("r.json"));
        ProgramRun.Of("predict", folder.File("t.csv"), "--model", folder.File("m.ballast"), "--out", folder.File("plain.csv"));

        var mended = ProgramRun.Of("predict", folder.File("t.csv"), "--model", folder.File("m.ballast"), "--recalibrator", folder.File("r.json"), "--out", folder.File("mended.csv"));

        Assert.Equal((0, 0), (calibrated.ExitCode, mended.ExitCode));
        var (before, after) = (File.ReadAllLines(folder.File("plain.csv")), File.ReadAllLines(folder.File("mended.csv")));
        Assert.NotEqual(before, after);
        Assert.Equal(before.Select(line => line.Split(',')[2]), after.Select(line => line.Split(',')[2]));
        File.WriteAllText(folder.File("other.json"), File.ReadAllText(folder.File("r.json")).Replace("\"yes\"", "\"maybe\""));
        var refused = ProgramRun.Of("predict", folder.File("t.csv"), "--model", folder.File("m.ballast"), "--recalibrator", folder.File("other.json"), "--out", folder.File("x.csv"));
        Assert.Equal(2, refused.ExitCode);
        Assert.Contains("maybe", refused.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(folder.File("x.csv")));
    }

    [Theory]
    [InlineData("a,b\n0.5,0.5\n0.5,NaN\n", "label\na\nb\n")]
    [InlineData("a,b\n0.5,0.5\n0.9,0.3\n", "label\na\nb\n")]
    [InlineData("a,b\n0.5,0.5\n0.5,0.5\n", "label\na\nb\n")]
    [InlineData("a,b\n0.5,0.5\n0.5,0.5\n0.5,0.5\n0.5,0.5\n", "label\na\nb\nc\na\n")]
    public void Bad_input_gets_one_sentence_and_leaves_files_as_they_are(string probabilities, string labels)
    {
        File.WriteAllText(folder.File("bad.csv"), probabilities);
        File.WriteAllText(folder.File("bad-y.csv"), labels);
        File.WriteAllText(folder.File("r.json"), "old");

        var run = ProgramRun.Of("calibrate", folder.File("bad.csv"), "--labels", folder.File("bad-y.csv"), "--out", folder.File("r.json"));

        Assert.Equal(2, run.ExitCode);
        Assert.Single(run.Error.TrimEnd().Split('\n'), line => line.StartsWith("ballast: ", StringComparison.Ordinal));
        Assert.Equal("old", File.ReadAllText(folder.File("r.json")));
    }
}
