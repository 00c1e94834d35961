using Ballast.Exchange;
using Ballast.Tests.Shared;

namespace Ballast.Tests.Cli.Commands;

public sealed class LabelsCommandTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("ballast-labels-");

    public void Dispose() => folder.Delete(recursive: true);

    // Rows 1-3 are cats, 4-6 dogs; row 6 is labelled cat.
    private static readonly double[] Probabilities = [.9, .1, .8, .2, .95, .05, .1, .9, .2, .8, .02, .98];
    private static readonly int[] Labels = [0, 0, 0, 1, 1, 0];

    [Fact]
    public void Npy_files_give_issues_scores_and_the_joint()
    {
        var run = Run(Npy("p.npy", Probabilities, 6, 2), Npy("y.npy", Labels), "--json");

        Assert.Equal(0, run.ExitCode);
        var issue = Assert.Single(run.Json["issues"]!.AsArray())!;
        Assert.Equal((6, "0", "1"), ((int)issue["row"]!, (string)issue["given"]!, (string)issue["suggested"]!));
        Assert.Equal(6, run.Json["quality"]!.AsArray().Count);
        Assert.Equal(6, run.Json["confidentJoint"]!.AsArray().Sum(row => row!.AsArray().Sum(cell => (int)cell!)));
        Assert.Equal(2, run.Json["perClass"]!.AsArray().Count);
    }

    [Fact]
    public void Tables_speak_of_classes_by_name_and_out_lists_every_row()
    {
        var lines = Enumerable.Range(0, 6).Select(i => $"{Probabilities[2 * i]},{Probabilities[2 * i + 1]}");
        var probabilities = Text("p.csv", ["cat,dog", .. lines]);
        var labels = Text("y.csv", ["label", .. Labels.Select(y => y == 0 ? "cat" : "dog")]);
        var output = Path.Combine(folder.FullName, "out.csv");

        var run = Run(probabilities, labels, "--out", output);

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Contains("1 of 6 rows flagged", run.Output, StringComparison.Ordinal);
        var written = File.ReadAllLines(output);
        Assert.Equal(7, written.Length);
        Assert.StartsWith("6,cat,dog,", written[6], StringComparison.Ordinal);
        Assert.EndsWith(",true", written[6], StringComparison.Ordinal);
    }

    [Fact]
    public void Bad_input_is_a_sentence_and_exit_code_2()
    {
        var good = Npy("p.npy", Probabilities, 6, 2);
        var labels = Npy("y.npy", Labels);

        Refused(Run(Path.Combine(folder.FullName, "none.npy"), labels), "none.npy");
        Refused(Run(good, Npy("short.npy", new[] { 0, 1 })), "short.npy: found 2 labels; expected one for each of the 6 rows");
        Refused(Run(good, Npy("large.npy", new[] { 0, 1, 2, 0, 1, 0 })), "large.npy, row 3: found the label 2; expected class numbers from 0 to 1");
        Refused(Run(good, Npy("one.npy", new int[6])), "2 different labels");
        Refused(Run(good, Npy("fraction.npy", new[] { .5, 1, 0, 0, 0, 0 })), "0.5 at element 0");
        Refused(Run(Npy("sum.npy", [.9, .1, .9, .3, .5, .5, .5, .5, .5, .5, .5, .5], 6, 2), labels), "Row 2: probabilities sum to 1.2");
        Refused(Run(Npy("nan.npy", [.9, .1, double.NaN, .3, .5, .5, .5, .5, .5, .5, .5, .5], 6, 2), labels), "Row 2, class 0: probability NaN");
        Refused(Run(Npy("flat.npy", Probabilities), labels), "rows x classes");
        Refused(Run(good, Text("y.csv", "label", "cat", "0", "0", "0", "0", "1")), "y.csv, row 1, column 'label': found 'cat'");
        Refused(Run(good, folder.FullName), "found a directory");
        Refused(Run(good, labels, "--out", Path.Combine(folder.FullName, "absent", "o.csv")), "There is no folder");
        Refused(Run(good, labels, "--out", labels), "is read as well: it is not written over");
        Refused(Run(good, labels, "--filter", "prune-by-clas"), "prune-by-class");
        Refused(Run(good, labels, "--frac-noise", "0"), "FracNoise");
        Refused(Run(good, labels, "--adjust", "--rank-by", "confidence-weighted-entropy"), "no threshold-adjusted form");
    }

    private static void Refused(ProgramRun run, string sentence)
    {
        Assert.Equal(2, run.ExitCode);
        Assert.Contains(sentence, run.Error, StringComparison.Ordinal);
        Assert.Empty(run.Output);
    }

    private static ProgramRun Run(string probabilities, string labels, params string[] more) =>
        ProgramRun.Of(["labels", "--probabilities", probabilities, "--labels", labels, .. more]);

    private string Npy<T>(string name, T[] values, params int[] shape) where T : unmanaged
    {
        var path = Path.Combine(folder.FullName, name);
        NpyFile.Write<T>(path, values, shape);
        return path;
    }

    private string Text(string name, params string[] lines)
    {
        var path = Path.Combine(folder.FullName, name);
        File.WriteAllLines(path, lines);
        return path;
    }
}
