using System.IO.Compression;
using System.Text;
using Ballast.Core;
using Ballast.Data.Reading;
using Ballast.Tests.Shared;

namespace Ballast.Tests.Data.Reading;

public sealed class TableReaderTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(",", "a.csv")]
    [InlineData(";", "a.csv")]
    [InlineData("\t", "a.tsv")]
    [InlineData("|", "a.txt")]
    public void Every_usual_separator_is_detected(string separator, string name)
    {
        var path = Write(name, "a,b,c\n1,x,2020-01-01\n2,y,2020-01-02\n".Replace(",", separator));

        var table = TableReader.Read(path);

        Assert.Equal(["a", "b", "c"], table.Columns.Select(column => column.Name));
        Assert.Equal(["x", "y"], Texts(table["b"]));
    }

    [Fact]
    public void A_line_that_states_the_separator_is_no_header()
    {
        var path = Write("a.csv", "sep=;\r\na;b\r\n1;x,y,z\r\n2;u,v,w\r\n");

        var table = TableReader.Read(path);

        Assert.Equal(["a", "b"], table.Columns.Select(column => column.Name));
        Assert.Equal(["x,y,z", "u,v,w"], Texts(table["b"]));
    }

    [Theory]
    [InlineData("amount", "did you mean ' amount'?")]
    [InlineData("zz", "it has 'id', ' amount', ' y'.")]
    public void A_column_that_does_not_exist_is_answered_with_one_that_does(string name, string hint)
    {
        var table = TableReader.Read(Write("a.csv", "id, amount, y\n1, 2, p\n"));

        Assert.EndsWith(hint, Assert.Throws<ArgumentException>(() => table[name]).Message);
    }

    [Fact]
    public void A_decimal_comma_does_not_pass_for_a_separator()
    {
        var path = Write("a.csv", "price;name\n1,5;x\n22,75;y\n");

        var table = TableReader.Read(path);

        Assert.Equal(ColumnKind.Numeric, table["price"].Kind);
        Assert.Equal(22.75, table["price"].Number(1));
    }

    [Fact]
    public void Quotes_hold_separators_line_ends_and_doubled_quotes()
    {
        var path = Write("a.csv", "name,n\n\"a,b\",1\n\"two\nlines\",2\n\"say \"\"hi\"\"\",3\nin\"side,4\n\"\",5");

        var table = TableReader.Read(path);

        Assert.Equal(["a,b", "two\nlines", "say \"hi\"", "in\"side", null], Texts(table["name"]));
        Assert.Equal(5, table["n"].Number(4));
    }

    [Theory]
    [InlineData("\r\n")]
    [InlineData("\r")]
    [InlineData("\n")]
    public void Every_line_end_is_read(string lineEnd)
    {
        var path = Write("a.csv", "a,b\n1,\"x\"\n2,y\n".Replace("\n", lineEnd));

        var table = TableReader.Read(path);

        Assert.Equal(["x", "y"], Texts(table["b"]));
        Assert.Equal(["1", "2"], Texts(table["a"]));
    }

    [Theory]
    [InlineData("utf-8-mark")]
    [InlineData("utf-16")]
    [InlineData("utf-16-be")]
    [InlineData("latin-1")]
    public void Every_usual_encoding_is_read(string encoding)
    {
        Encoding chosen = encoding switch { "utf-8-mark" => new UTF8Encoding(true), "utf-16" => Encoding.Unicode, "utf-16-be" => Encoding.BigEndianUnicode, _ => Encoding.Latin1 };
        var path = Write("a.csv", [.. chosen.GetPreamble(), .. chosen.GetBytes("Größe,ville\n1,Orléans\n2,Malmö\n")]);

        var table = TableReader.Read(path);

        Assert.Equal(["Größe", "ville"], table.Columns.Select(column => column.Name));
        Assert.Equal(["Orléans", "Malmö"], Texts(table["ville"]));
        Assert.Equal(encoding == "latin-1", table.Notes.Any(note => note.Contains("Latin-1")));
    }

    [Fact]
    public void An_accent_far_down_the_file_still_decides_the_encoding()
    {
        var rows = string.Concat(Enumerable.Range(0, 200_000).Select(i => $"{i},plain text\n"));
        var path = Write("a.csv", Encoding.Latin1.GetBytes($"n,t\n{rows}1,café\n"));

        var table = TableReader.Read(path);

        Assert.Equal("café", table["t"].Text(200_000));
    }

    [Fact]
    public void Names_are_kept_exactly_and_nameless_columns_are_named_and_reported()
    {
        var path = Write("a.csv", " spaced ,<script>alert(1)</script>,,数,\n1,2,3,4,5\n");

        var table = TableReader.Read(path);

        Assert.Equal([" spaced ", "<script>alert(1)</script>", "column_3", "数", "column_5"], table.Columns.Select(column => column.Name));
        Assert.Equal(2, table.Notes.Count(note => note.Contains("has no name")));
    }

    [Fact]
    public void Missing_values_are_recognised_whatever_their_case_and_can_be_redefined()
    {
        var path = Write("a.csv", "v,w\nNA,1\nn/a,2\nnan,3\nNULL,4\nnone,5\n?,6\n-,7\n.,8\n,9\n\" \",10\nx,11\n");

        var table = TableReader.Read(path);
        var other = TableReader.Read(path, new TableReadOptions { MissingTokens = ["x"] });

        Assert.Equal(10, table["v"].MissingCount);
        Assert.Equal(["x"], table["v"].Texts);
        Assert.Equal(3, other["v"].MissingCount);
        Assert.Contains("NA", other["v"].Texts);
    }

    [Fact]
    public void Blank_lines_are_skipped_counted_and_no_rows()
    {
        var path = Write("a.csv", "\na,b\n1,x\n\n  \n2,y\n\n");

        var table = TableReader.Read(path);

        Assert.Equal(2, table.RowCount);
        Assert.Equal([0, 1], table.RowNumbers.ToArray());
        Assert.Contains("3 blank lines", Assert.Single(table.Notes));
    }

    [Theory]
    [InlineData("a,b\n1,2\n1,2,3\n", 3, "3 fields")]
    [InlineData("a,b\n\"x\ny\",2\n1\n", 4, "1 fields")]
    [InlineData("a,b\n1,\"open\n2,3\n", 2, "never closed")]
    [InlineData("a,b\n1,\"x\"y\n", 2, "after a closing quote")]
    [InlineData("a,b,a,b\n1,2,3,4\n", 1, "'a', 'b'")]
    public void Malformed_lines_are_named(string text, int line, string found)
    {
        var path = Write("a.csv", text);

        var error = Assert.Throws<DataFormatException>(() => TableReader.Read(path));

        Assert.Equal(line, error.Line);
        Assert.Contains(found, error.Message);
    }

    [Fact]
    public void What_is_no_table_is_refused_in_one_clear_sentence()
    {
        var garbage = new byte[5000];
        new Random(3).NextBytes(garbage);
        garbage[0] = 1;

        Assert.Contains("no file", Assert.Throws<FileNotFoundException>(() => TableReader.Read(folder.File("none.csv"))).Message);
        Refused(folder.Path, "directory");
        Refused(Write("empty.csv", ""), "empty");
        Refused(Write("blank.csv", "\n \n\n"), "blanks");
        Refused(Write("header.csv", "a,b\n"), "no rows");
        Refused(Write("header2.csv", "a,b"), "no rows");
        Refused(Write("garbage.csv", garbage), "binary");
        Refused(Write("zero.csv", "a,b\n1,2\n3,\04\n"), "line 3: found a zero byte");
        Refused(Write("book.csv", "PK\u0003\u0004rest of a spreadsheet"), "spreadsheet");
        Refused(Write("x.parquet", "a,b\n1,2\n"), "Parquet");
    }

    [Fact]
    public void Gzip_is_read_and_a_truncated_one_is_refused_at_every_length()
    {
        var text = "a,b\n" + string.Concat(Enumerable.Range(0, 300).Select(i => $"{i * 7919 % 1000},row {i}\n"));
        var whole = Gzip(text);

        var table = TableReader.Read(Write("a.csv.gz", whole));

        Assert.Equal(300, table.RowCount);
        for (var length = 2; length < whole.Length; length += 7)
            Refused(Write("cut.csv.gz", whole[..length]), "");
    }

    [Theory]
    [InlineData("a[1]*.csv")]
    [InlineData("it's {b,c} ?.csv")]
    [InlineData("spaces and 数 é.csv")]
    public void A_path_is_taken_literally(string name)
    {
        Write("a1.csv", "decoy\n1\n");
        var path = Write(name, "a,b\n1,2\n");

        var table = TableReader.Read(path);

        Assert.Equal(["a", "b"], table.Columns.Select(column => column.Name));
    }

    [Fact]
    public void Ten_thousand_columns_are_read()
    {
        var names = Enumerable.Range(0, 10_000).Select(i => $"column {i}");
        var row = string.Join(",", Enumerable.Range(0, 10_000));
        var path = Write("wide.csv", string.Join(",", names) + "\n" + string.Concat(Enumerable.Repeat(row + "\n", 20)));

        var table = TableReader.Read(path);

        Assert.Equal(10_000, table.Columns.Count);
        Assert.Equal(9_999, table["column 9999"].Number(19));
    }

    [Fact]
    public void One_column_and_one_row_are_a_table()
    {
        var table = TableReader.Read(Write("a.csv", "only\n7\n"));

        Assert.Equal(1, table.RowCount);
        Assert.Equal(7, table["only"].Number(0));
    }

    [Fact]
    public void Cancellation_stops_the_reading()
    {
        var path = Write("a.csv", "a\n" + string.Concat(Enumerable.Repeat("1\n", 20_000)));

        Assert.ThrowsAny<OperationCanceledException>(() => TableReader.Read(path, cancellation: new CancellationToken(canceled: true)));
    }

    [Fact]
    public void Truncated_or_altered_text_is_read_or_refused_but_never_crashes()
    {
        var bytes = Encoding.UTF8.GetBytes("id;näme;x\r\n1;\"a;\"\"b\"\"\r\nc\";2,5\r\n2;é;-1e3\r\n3;;NA\r\n");
        for (var length = 1; length < bytes.Length; length++)
            ReadOrRefuse(Write("cut.csv", bytes[..length]));
        var random = new Random(11);
        for (var trial = 0; trial < 500; trial++)
        {
            var altered = bytes.ToArray();
            for (var change = random.Next(1, 4); change > 0; change--)
                altered[random.Next(altered.Length)] = (byte)random.Next(256);
            ReadOrRefuse(Write("altered.csv", altered));
        }
    }

    internal static void ReadOrRefuse(string path)
    {
        try
        {
            var table = TableReader.Read(path);
            Assert.True(table.RowCount > 0);
        }
        catch (DataFormatException)
        {
        }
    }

    private string Write(string name, string text) => Write(name, Encoding.UTF8.GetBytes(text));

    private string Write(string name, byte[] bytes)
    {
        File.WriteAllBytes(folder.File(name), bytes);
        return folder.File(name);
    }

    private static void Refused(string path, string because) =>
        Assert.Contains(because, Assert.Throws<DataFormatException>(() => TableReader.Read(path)).Message);

    private static IEnumerable<string?> Texts(TableColumn column) => Enumerable.Range(0, column.Count).Select(column.Text);

    private static byte[] Gzip(string text)
    {
        using var memory = new MemoryStream();
        using (var gzip = new GZipStream(memory, CompressionLevel.Optimal, leaveOpen: true))
            gzip.Write(Encoding.UTF8.GetBytes(text));
        return memory.ToArray();
    }
}
