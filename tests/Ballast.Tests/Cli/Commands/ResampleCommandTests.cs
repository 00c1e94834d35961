using System.Text;
using Ballast.Core;
using Ballast.Tests.Shared;

namespace Ballast.Tests.Cli.Commands;

public sealed class ResampleCommandTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_mixed_table_is_balanced_by_smote_nc_with_original_texts_kept()
    {
        var input = Write(common: 40, rare: 12);
        var output = Path.Combine(folder.Path, "out.csv");

        var run = ProgramRun.Of("resample", input, "--target", "kind", "--out", output, "--json", "--seed", "3");

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Equal("SMOTE-NC", (string)run.Json["method"]!);
        Assert.StartsWith("SMOTE-NC was picked: 2 numeric and 1 categorical columns.", (string)run.Json["notes"]![0]!, StringComparison.Ordinal);
        var (before, after) = (File.ReadAllLines(input), File.ReadAllLines(output));
        Assert.Equal("amount,count,colour,kind,ballast_origin", after[0]);
        Assert.Equal(81, after.Length);
        for (var i = 1; i < before.Length; i++)
            Assert.Equal($"{before[i]},{i}", after[i]);
        Assert.All(after[before.Length..], line =>
        {
            var fields = line.Split(',');
            Assert.Equal("rare", fields[3]);
            Assert.Contains(fields[2], new[] { "red", "green", "blue" });
            Assert.True(int.TryParse(fields[1], out _), line);
            Assert.Matches("^between [0-9]+ and [0-9]+$", fields[4]);
        });
    }

    [Theory]
    [InlineData("random-over", 80)]
    [InlineData("random-under", 24)]
    [InlineData("smote-nc", 80)]
    public void The_method_asked_for_is_used(string method, int rows)
    {
        var output = Path.Combine(folder.Path, "out.csv");

        var run = ProgramRun.Of("resample", Write(common: 40, rare: 12), "--target", "kind", "--method", method, "--out", output);

        Assert.Equal(0, run.ExitCode);
        Assert.Equal(rows + 1, File.ReadAllLines(output).Length);
        Assert.Contains("rare", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Same_seed_same_file()
    {
        var input = Write(common: 40, rare: 12);
        string Run(string seed)
        {
            var output = Path.Combine(folder.Path, $"out{seed}.csv");
            Assert.Equal(0, ProgramRun.Of("resample", input, "--target", "kind", "--seed", seed, "--out", output).ExitCode);
            return File.ReadAllText(output);
        }

        Assert.Equal(Run("1"), Run("1"));
        Assert.NotEqual(Run("1"), Run("2"));
    }

    [Fact]
    public void The_table_itself_is_not_written_over()
    {
        var input = Write(common: 40, rare: 12);
        var before = File.ReadAllText(input);
        var link = Path.Combine(folder.Path, "link.csv");
        File.CreateSymbolicLink(link, input);

        foreach (var output in (string[])[input, link])
        {
            var run = ProgramRun.Of("resample", input, "--target", "kind", "--out", output);

            Assert.Equal(2, run.ExitCode);
            Assert.Contains("is read as well: it is not written over", run.Error, StringComparison.Ordinal);
        }
        Assert.Equal(before, File.ReadAllText(input));
    }

    [Fact]
    public void A_folder_that_is_not_there_is_named_without_a_file_the_user_never_heard_of()
    {
        var run = ProgramRun.Of("resample", Write(common: 40, rare: 12), "--target", "kind", "--out", Path.Combine(folder.Path, "absent", "out.csv"));

        Assert.Equal(2, run.ExitCode);
        Assert.Contains("There is no folder", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--method smot", "did you mean 'smote'?")]
    [InlineData("--method smote", "use SMOTE-NC")]
    [InlineData("--ratio 0.5 --percentage 100", "not both")]
    [InlineData("--method tomek --ratio 0.5", "do not apply")]
    [InlineData("--ratio 0.1", "over-sampling cannot remove rows")]
    [InlineData("--neighbors 0", "Neighbors must be greater than 0")]
    [InlineData("--neighbors 12", "lower Neighbors to at most 11")]
    public void Bad_usage_is_one_sentence_and_leaves_no_file(string options, string sentence)
    {
        var output = Path.Combine(folder.Path, "out.csv");

        var run = ProgramRun.Of(["resample", Write(common: 40, rare: 12), "--target", "kind", "--out", output, .. options.Split(' ')]);

        Assert.Equal(2, run.ExitCode);
        Assert.Contains(sentence, run.Error, StringComparison.Ordinal);
        Assert.Single(run.Error.TrimEnd().Split('\n'));
        Assert.False(File.Exists(output));
    }

    [Fact]
    public void A_missing_value_is_named()
    {
        var input = Write(common: 40, rare: 12);
        var lines = File.ReadAllLines(input);
        lines[5] = "," + lines[5].Split(',', 2)[1];
        File.WriteAllLines(input, lines);

        var run = ProgramRun.Of("resample", input, "--target", "kind", "--out", Path.Combine(folder.Path, "out.csv"));

        Assert.Equal(2, run.ExitCode);
        Assert.Contains("table.csv, row 5, column 'amount': found a missing value", run.Error, StringComparison.Ordinal);
    }

    private string Write(int common, int rare)
    {
        var random = RandomStream.For(1, "table");
        var text = new StringBuilder("amount,count,colour,kind\n");
        for (var i = 0; i < common + rare; i++)
        {
            var isRare = i % (common + rare) < rare;
            text.Append($"{random.NextGaussian() + (isRare ? 1 : 0):0.0000},{random.Next(50)},{new[] { "red", "green", "blue" }[random.Next(3)]},{(isRare ? "rare" : "common")}\n");
        }
        var path = Path.Combine(folder.Path, "table.csv");
        File.WriteAllText(path, text.ToString());
        return path;
    }
}
