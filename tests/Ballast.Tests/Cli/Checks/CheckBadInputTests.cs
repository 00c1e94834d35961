using Ballast.Tests.Check.Planted;
using Ballast.Tests.Learning.Tabular.Onnx;
using Ballast.Tests.Shared;

namespace Ballast.Tests.Cli.Checks;

/// <summary>What <c>check</c> cannot use is refused in one sentence, with exit code 2 and nothing written.</summary>
public sealed class CheckBadInputTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_missing_file_a_directory_and_files_that_are_no_table_are_refused()
    {
        var lines = SmallTables.Classes(60).ToCsv().Split("\r\n");
        var garbage = new byte[5000];
        new Random(1).NextBytes(garbage);

        Refused("There is no file", folder.File("none.csv"));
        Refused("a directory", Directory.CreateDirectory(folder.File("adir")).FullName);
        Refused("an empty file", Text("empty.csv", ""));
        Refused("a header but no rows", Text("header.csv", lines[0] + "\n"));
        Refused("line 12: found 3 fields; expected 4", Text("ragged.csv", string.Join('\n', [.. lines[..11], "1,2,yes", .. lines[11..]])));
        Refused("binary content", Bytes("garbage.csv", garbage));
        Refused("zero byte", Bytes("zeros.csv", new byte[5000]));
        Refused("Parquet", Bytes("cut.parquet", [.. "PAR1"u8, .. garbage]));
        Refused("column name 'a' more than once", SmallTables.Classes(60).Named("a", "a", "kind", "y").WriteTo(folder.File("twice.csv")));
    }

    [Fact]
    public void Targets_that_cannot_be_judged_are_refused()
    {
        var table = SmallTables.Classes(60);
        var path = table.WriteTo(folder.File("table.csv"));

        Refused("'yes'; expected at least two classes", new CsvTable(table.Header, [table.Rows.First(row => row[3] == "yes")]).WriteTo(folder.File("one.csv")));
        Refused("expected at least two classes", table.With("y", (_, _) => "yes").WriteTo(folder.File("class.csv")));
        Refused("no value in any row", table.With("y", (_, _) => "").WriteTo(folder.File("missing.csv")));
        Refused("rows with a target; expected at least 20", new CsvTable(table.Header, [.. table.Rows.Take(12)]).WriteTo(folder.File("few.csv")));
        Refused("different values", table.With("y", (r, _) => $"class {r}").WriteTo(folder.File("all.csv")));
        Refused("no column 'kinds'; did you mean 'kind'?", path, "--target", "kinds");
        Refused("no column 'knd'; did you mean 'kind'?", path, "--group", "knd");
        Refused("no column 'bb'; did you mean 'b'?", path, "--ignore", "bb");
        Refused("'y' is the target; it cannot be ignored", path, "--ignore", "y");
        Refused("neither 'classification' nor 'regression'", path, "--task", "classify");
        Refused("high, medium or low, not 'worst'", path, "--fail-on", "worst");
        Refused("'y' is the target; its classes cannot be the groups", path, "--group", "y");
        Refused("cannot be taken as numeric", path, "--numeric", "kind");
        Refused("--max-rows takes 100 at least, not 5.", path, "--max-rows", "5");
    }

    [Fact]
    public void A_model_that_is_cut_or_does_not_fit_is_refused()
    {
        var path = SmallTables.Classes(60).With("kind", (r, _) => $"{r % 5}.5").WriteTo(folder.File("table.csv"));
        var whole = OnnxFile.Softmax(3, [0, 1, 0, 1, 0, 0], 2);

        Refused("none.onnx", path, "--model", folder.File("none.onnx"));
        Refused("ONNX", path, "--model", Bytes("cut.onnx", whole[..(whole.Length / 2)]));
        Refused("no usable ONNX model", path, "--model", Bytes("text.onnx", [.. "this is no model, whatever its name says"u8]));
        Refused("[n, 7]", path, "--model", Bytes("wide.onnx", OnnxFile.Softmax(7, new float[14], 2)));
        Refused("4 classes; expected 2", path, "--model", Bytes("classes.onnx", OnnxFile.Softmax(3, new float[12], 4)));
        Refused("is it 'kind'?", path, "--model", Bytes("names.onnx", OnnxFile.Columns("a", "kindd")));
        Refused("no probability", path, "--model", Bytes("raw.onnx", OnnxFile.Raw(2)), "--ignore", "kind");
    }

    [Fact]
    public void A_folder_that_cannot_be_written_to_is_refused_before_the_work()
    {
        var path = SmallTables.Classes(60).WriteTo(folder.File("table.csv"));

        RefusedFolder("is a file; the results need a folder", path, path);
        RefusedFolder("is a file; the results need a folder", path, Path.Combine(path, "below", "it"));
        if (Directory.Exists("/proc/self"))
            RefusedFolder("Nothing can be written to the folder '/proc/ballast'", path, "/proc/ballast");
    }

    [Fact]
    public void A_table_that_the_results_would_replace_is_refused()
    {
        var path = SmallTables.Classes(60).WriteTo(folder.File("suggested.csv"));

        RefusedFolder("is read as well: it is not written over", path, folder.Path);
    }

    [Fact]
    public void A_read_only_folder_is_refused()
    {
        Assert.SkipWhen(Environment.IsPrivilegedProcess, "Permissions do not stop this user.");
        var path = SmallTables.Classes(60).WriteTo(folder.File("table.csv"));
        var output = Directory.CreateDirectory(folder.File("out")).FullName;
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(output, UnixFileMode.UserRead | UnixFileMode.UserExecute);

        RefusedFolder("Nothing can be written to the folder", path, output);
    }

    [Fact]
    public void Files_of_an_earlier_run_stay_when_a_later_one_fails()
    {
        var output = Directory.CreateDirectory(folder.File("out")).FullName;
        foreach (var name in (string[])["report.html", "findings.json", "suggested.csv", "model.ballast", "my notes.txt"])
            File.WriteAllText(Path.Combine(output, name), "old " + name);
        var path = SmallTables.Classes(60).With("y", (_, _) => "yes").WriteTo(folder.File("class.csv"));

        var run = ProgramRun.Of("check", path, "--target", "y", "--out", output);

        Assert.Equal(2, run.ExitCode);
        Assert.All(Directory.GetFileSystemEntries(output), file => Assert.Equal("old " + Path.GetFileName(file), File.ReadAllText(file)));
        Assert.Equal(5, Directory.GetFileSystemEntries(output).Length);
    }

    private void Refused(string sentence, string table, params string[] options)
    {
        var before = Directory.GetFileSystemEntries(folder.Path).Length;

        string[] target = options.Contains("--target") ? [] : ["--target", "y"];
        var run = ProgramRun.Of(["check", table, .. target, .. options, "--out", folder.File("new/out")]);

        OneSentence(run, sentence);
        Assert.Equal(before, Directory.GetFileSystemEntries(folder.Path).Length);
    }

    private static void RefusedFolder(string sentence, string table, string output)
    {
        var bytes = File.ReadAllBytes(table);

        OneSentence(ProgramRun.Of("check", table, "--target", "y", "--out", output), sentence);

        Assert.Equal(bytes, File.ReadAllBytes(table));
    }

    private static void OneSentence(ProgramRun run, string sentence)
    {
        // Stages of a run that went on for some seconds may stand before it.
        var errors = run.Error.TrimEnd().Split('\n');
        Assert.Equal((2, ""), (run.ExitCode, run.Output));
        Assert.Single(errors, line => line.StartsWith("ballast: ", StringComparison.Ordinal));
        Assert.Contains(sentence, errors[^1], StringComparison.Ordinal);
        Assert.StartsWith("ballast: ", errors[^1], StringComparison.Ordinal);
    }

    private string Text(string name, string text)
    {
        File.WriteAllText(folder.File(name), text);
        return folder.File(name);
    }

    private string Bytes(string name, byte[] bytes)
    {
        File.WriteAllBytes(folder.File(name), bytes);
        return folder.File(name);
    }
}
