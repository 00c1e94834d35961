using System.Diagnostics;
using System.Globalization;
using System.Text;
using Ballast.Core;
using Ballast.Data.Reading;
using Ballast.Tests.Shared;

namespace Ballast.Tests.Data.Reading;

public sealed class SamplingAndWritingTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_sample_is_of_the_size_asked_repeatable_and_keeps_rare_values_whole()
    {
        var path = Generate("t.csv", 20_000);
        var options = new TableReadOptions { MaxRows = 1000, Seed = 4, StratifyBy = "target" };

        var table = TableReader.Read(path, options);
        var again = TableReader.Read(path, options);
        var other = TableReader.Read(path, options with { Seed = 5 });

        Assert.Equal(20_000, table.TotalRows);
        Assert.InRange(table.RowCount, 1000, 1040);
        Assert.Equal(40, Enumerable.Range(0, table.RowCount).Count(row => table["target"].Text(row) == "rare"));
        Assert.All(Enumerable.Range(0, table.RowCount), row => Assert.Equal(table.RowNumbers[row], table["row_id"].Number(row)));
        Assert.Equal(table.RowNumbers.ToArray(), again.RowNumbers.ToArray());
        Assert.NotEqual(table.RowNumbers.ToArray(), other.RowNumbers.ToArray());
        Assert.Contains("1,000 of 20,000 rows were drawn uniformly at random (seed 4)", table.SamplingRule);
        Assert.Contains("'target'", table.SamplingRule);
        Assert.InRange(table.RowNumbers.ToArray().Average(), 9_000, 11_000);
    }

    [Fact]
    public void A_file_that_fits_is_not_sampled_and_one_of_many_values_has_no_rare_ones()
    {
        var path = Generate("t.csv", 3_000);

        Assert.Null(TableReader.Read(path, new() { MaxRows = 3_000 }).SamplingRule);
        Assert.Equal(3_000, TableReader.Read(path, new() { MaxRows = 3_000, StratifyBy = "x0" }).RowCount);
        var table = TableReader.Read(path, new() { MaxRows = 100, StratifyBy = "x0" });
        Assert.Equal(100, table.RowCount);
        Assert.Contains("more than 1,000 values", table.SamplingRule);
    }

    // The full form has 2,000,000 rows and is run by setting BALLAST_LONG.
    [Fact]
    public void A_large_file_is_sampled_in_bounded_memory()
    {
        var full = Environment.GetEnvironmentVariable("BALLAST_LONG") is not null;
        var (rows, keep) = full ? (2_000_000, TableReadOptions.DefaultMaxRows) : (200_000, 20_000);
        var path = Generate("large.csv", rows);
        var (stopwatch, before) = (Stopwatch.StartNew(), GC.GetTotalAllocatedBytes());

        var table = TableReader.Read(path, new() { MaxRows = keep, StratifyBy = "target" });

        Assert.Equal(rows, table.TotalRows);
        Assert.InRange(table.RowCount, keep, keep + 100);
        Assert.Equal(20, table.Columns.Count);
        TestContext.Current.TestOutputHelper?.WriteLine($"{rows:N0} rows: {stopwatch.Elapsed.TotalSeconds:0.0} s, {(GC.GetTotalAllocatedBytes() - before) >> 20:N0} MiB allocated, {Process.GetCurrentProcess().PeakWorkingSet64 >> 20:N0} MiB peak");
        if (full)
        {
            Assert.True(stopwatch.Elapsed < TimeSpan.FromSeconds(40));
            Assert.True(Process.GetCurrentProcess().PeakWorkingSet64 < 1200L << 20);
        }
    }

    [Fact]
    public void Added_columns_stand_beside_every_row_of_the_user_in_his_own_texts()
    {
        var path = Write("t.tsv", "a\tballast_x\tc \n1.50\tNA\t\"say \"\"hi\"\", twice\"\n\n2\t\té\n");

        var names = TableWriter.Append(path, folder.File("out.csv"), [new("ballast_x", row => row == 0 ? "true" : null), new("note", row => $"row {row}, \"{row}\"")]);

        Assert.Equal(["ballast_x_2", "note"], names);
        Assert.Equal("a,ballast_x,\"c \",ballast_x_2,note\n1.50,NA,\"say \"\"hi\"\", twice\",true,\"row 0, \"\"0\"\"\"\n2,,é,,\"row 1, \"\"1\"\"\"\n", File.ReadAllText(folder.File("out.csv")));
    }

    [Theory]
    [InlineData("t.csv")]
    [InlineData("t.jsonl")]
    public void A_table_written_without_additions_reads_back_the_same(string name)
    {
        var path = Write(name, name.EndsWith(".csv")
            ? "only\n\"\"\n\" x\"\n\"two\nlines\"\n"
            : "{\"only\":null}\n{\"only\":\" x\"}\n{\"only\":\"two\\nlines\"}\n");

        TableWriter.Append(path, folder.File("out.csv"), []);

        var (before, after) = (TableReader.Read(path), TableReader.Read(folder.File("out.csv")));
        Assert.Equal(Enumerable.Range(0, 3).Select(before["only"].Text), Enumerable.Range(0, 3).Select(after["only"].Text));
        Assert.Equal([null, " x", "two\nlines"], Enumerable.Range(0, 3).Select(after["only"].Text));
    }

    [Fact]
    public void A_failure_leaves_the_old_output_and_no_other_file()
    {
        var path = Write("t.csv", "a,b\n1,2\n3\n");
        var output = Write("out.csv", "old");

        Assert.Throws<DataFormatException>(() => TableWriter.Append(path, output, []));

        Assert.Equal("old", File.ReadAllText(output));
        Assert.Equal(2, Directory.GetFiles(folder.Path).Length);
    }

    [Fact]
    public void The_output_may_replace_the_source()
    {
        var path = Write("t.csv", "a\n1\n2\n");

        TableWriter.Append(path, path, [new("b", row => row.ToString())]);

        Assert.Equal("a,b\n1,0\n2,1\n", File.ReadAllText(path));
    }

    [Fact]
    public void A_fingerprint_is_the_sha256_of_the_bytes()
    {
        Assert.Equal("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", DataFingerprint.Of(Write("t.csv", "abc")));
    }

    private string Write(string name, string text)
    {
        File.WriteAllText(folder.File(name), text);
        return folder.File(name);
    }

    private string Generate(string name, int rows)
    {
        using var writer = new StreamWriter(folder.File(name), append: false, Encoding.UTF8, bufferSize: 1 << 20);
        writer.Write("row_id," + string.Join(",", Enumerable.Range(0, 15).Select(i => $"x{i}")) + ",city,plan,day,target\n");
        var random = RandomStream.For(9, "rows");
        Span<char> digits = stackalloc char[32];
        for (var row = 0; row < rows; row++)
        {
            writer.Write(row);
            for (var x = 0; x < 15; x++)
            {
                writer.Write(',');
                (random.NextUInt32() / 65536.0).TryFormat(digits, out var length, "0.####", CultureInfo.InvariantCulture);
                writer.Write(digits[..length]);
            }
            writer.Write($",city {random.Next(300)},{(char)('a' + random.Next(3))},2024-01-{1 + random.Next(28):00},{(row % (rows / 40) == 7 ? "rare" : random.Next(20) == 0 ? "bad" : "good")}\n");
        }
        return folder.File(name);
    }
}
