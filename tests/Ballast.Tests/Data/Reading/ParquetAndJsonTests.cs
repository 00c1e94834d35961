using System.Text;
using Ballast.Core;
using Ballast.Data.Reading;
using Ballast.Exchange;
using Ballast.Tests.Shared;
using DuckDB.NET.Data;

namespace Ballast.Tests.Data.Reading;

public sealed class ParquetAndJsonTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Parquet_keeps_names_order_types_and_nulls()
    {
        var path = WriteParquet("t.parquet", "SELECT i AS \"A\", 'x' || i % 3 AS b, i * 0.5 AS \"half é\", DATE '2020-01-01' + i::INT AS d, i % 2 = 0 AS even, "
            + "CASE WHEN i % 10 = 0 THEN NULL ELSE i END AS some, {'p': i, 'q': [i]} AS nested FROM range(5000) t(i)");

        var table = TableReader.Read(path);

        Assert.Equal(["A", "b", "half é", "d", "even", "some", "nested"], table.Columns.Select(column => column.Name));
        Assert.Equal(5000, table.RowCount);
        Assert.Equal(4321, table["A"].Number(4321));
        Assert.Equal("x1", table["b"].Text(4321));
        Assert.Equal(0.5, table["half é"].Number(1));
        Assert.Equal(ColumnKind.Date, table["d"].Kind);
        Assert.Equal(18262, table["d"].Number(0));
        Assert.Equal(ColumnKind.Boolean, table["even"].Kind);
        Assert.Equal(500, table["some"].MissingCount);
    }

    [Theory]
    [InlineData("a[1]*?.parquet")]
    [InlineData("it's {x,y} é.parquet")]
    public void A_parquet_path_is_taken_literally(string name)
    {
        File.Copy(WriteParquet("a1x.parquet", "SELECT 'decoy' AS decoy"), folder.File("a1xx.parquet"));
        File.Copy(WriteParquet("plain.parquet", "SELECT i AS mine FROM range(3) t(i)"), folder.File(name));

        var table = TableReader.Read(folder.File(name));

        Assert.Equal("mine", Assert.Single(table.Columns).Name);
    }

    [Fact]
    public void Damaged_parquet_is_refused()
    {
        var whole = File.ReadAllBytes(WriteParquet("t.parquet", "SELECT i, 'text ' || i AS t FROM range(50) t(i)"));

        for (var length = 4; length < whole.Length; length += Math.Max(1, whole.Length / 20))
            Assert.Throws<DataFormatException>(() => TableReader.Read(Write("cut.parquet", whole[..length])));
    }

    [Fact]
    public void Altered_parquet_is_read_or_refused_but_never_crashes()
    {
        var whole = File.ReadAllBytes(WriteParquet("t.parquet", "SELECT i, 'text ' || i AS t FROM range(50) t(i)"));
        var random = new Random(5);

        for (var trial = 0; trial < 30; trial++)
        {
            var altered = whole.ToArray();
            altered[random.Next(altered.Length)] ^= (byte)(1 << random.Next(8));
            TableReaderTests.ReadOrRefuse(Write("altered.parquet", altered));
        }
    }

    [Fact]
    public void Json_lines_keep_digits_keys_and_nested_text()
    {
        var path = Write("t.jsonl", """
            {"id": 1.10, "Name": "a \"q\" é", "ok": true}
            {"Name": "b", "id": 1e3, "late": {"x": [1, 2]}, "name": null}

            {"id": -7}
            """);

        var table = TableReader.Read(path);

        Assert.Equal(["id", "Name", "ok", "late", "name"], table.Columns.Select(column => column.Name));
        Assert.Equal(["1.10", "1e3", "-7"], Enumerable.Range(0, 3).Select(table["id"].Text));
        Assert.Equal("a \"q\" é", table["Name"].Text(0));
        Assert.Equal("true", table["ok"].Text(0));
        Assert.Equal("{\"x\": [1, 2]}", table["late"].Text(1));
        Assert.True(table["late"].IsMissing(0));
        Assert.Equal(ColumnKind.Empty, table["name"].Kind);
    }

    [Theory]
    [InlineData("{\"a\":1}\n{\"a\":}\n", 2, "malformed")]
    [InlineData("{\"a\":1}\n{\"a\":1\n", 2, "malformed")]
    [InlineData("{\"a\":1} {\"a\":2}\n", 1, "malformed")]
    [InlineData("{\"a\":1}\n\n[1]\n", 3, "array")]
    [InlineData("{\"a\":1,\"a\":2}\n", 1, "twice")]
    [InlineData("{\"a\":\"\\ud800\"}\n", 1, "escape")]
    public void Malformed_json_names_its_line(string text, int line, string found)
    {
        var error = Assert.Throws<DataFormatException>(() => TableReader.Read(Write("t.jsonl", text)));

        Assert.Equal(line, error.Line);
        Assert.Contains(found, error.Message);
    }

    [Fact]
    public void Json_lines_without_an_object_are_refused()
    {
        Assert.Throws<DataFormatException>(() => TableReader.Read(Write("blank.jsonl", "\n \n")));
        Assert.Throws<DataFormatException>(() => TableReader.Read(Write("bare.jsonl", "{}\n{}\n")));
    }

    [Fact]
    public void Truncated_json_lines_are_read_or_refused_but_never_crash()
    {
        var bytes = Encoding.UTF8.GetBytes("{\"é\": \"x\\u00e9\", \"b\": [1, {\"c\": null}]}\n{\"b\": 2.5e-3}\n");

        for (var length = 1; length < bytes.Length; length++)
            TableReaderTests.ReadOrRefuse(Write("cut.jsonl", bytes[..length]));
    }

    [Fact]
    public void Npy_arrays_become_tables_with_short_numbers()
    {
        NpyFile.Write<float>(folder.File("a.npy"), new float[] { 0.1f, 2, float.NaN, -4.5f, 1e-9f, 6 }, 3, 2);
        NpyFile.Write<long>(folder.File("b.npy"), new long[] { 3, 1, 2 }, 3);
        NpyFile.Write<float>(folder.File("c.npy"), new float[8], 2, 2, 2);

        var pairs = TableReader.Read(folder.File("a.npy"));
        var single = TableReader.Read(folder.File("b.npy"));

        Assert.Equal(["0.1", null, "1E-09"], Enumerable.Range(0, 3).Select(pairs["column_1"].Text));
        Assert.Equal([2, -4.5, 6], Enumerable.Range(0, 3).Select(pairs["column_2"].Number));
        Assert.Equal(["3", "1", "2"], single["column_1"].Texts);
        Assert.Contains("[2, 2, 2]", Assert.Throws<DataFormatException>(() => TableReader.Read(folder.File("c.npy"))).Message);
    }

    private string Write(string name, string text) => Write(name, Encoding.UTF8.GetBytes(text));

    private string Write(string name, byte[] bytes)
    {
        File.WriteAllBytes(folder.File(name), bytes);
        return folder.File(name);
    }

    private string WriteParquet(string name, string select)
    {
        using var connection = new DuckDBConnection("DataSource=:memory:");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = $"COPY ({select}) TO '{folder.File(name)}' (FORMAT parquet)";
        command.ExecuteNonQuery();
        return folder.File(name);
    }
}
