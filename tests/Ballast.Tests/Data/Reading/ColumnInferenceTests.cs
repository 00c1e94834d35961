using Ballast.Core;
using Ballast.Data.Reading;
using Ballast.Tests.Shared;

namespace Ballast.Tests.Data.Reading;

public sealed class ColumnInferenceTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("yes,no,YES, no", ColumnKind.Boolean)]
    [InlineData("t,f,t,f", ColumnKind.Boolean)]
    [InlineData("1,0,1,1", ColumnKind.Numeric)]
    [InlineData("1.5,-2e3,+4,.5", ColumnKind.Numeric)]
    [InlineData("12%,7.5%,100%,3%", ColumnKind.Numeric)]
    [InlineData("$1|200.50,$3,-$7,$9", ColumnKind.Numeric)]
    [InlineData("2020-01-31,2021-02-01,NA,2019-12-31", ColumnKind.Date)]
    [InlineData("2020-01-31T10:00:00Z,2021-02-01T00:00:00+02:00,2021-02-01 03:04,2021-02-01", ColumnKind.Date)]
    [InlineData("31.01.2020,1.2.2021,3.4.2022,5.6.2023", ColumnKind.Date)]
    [InlineData("Dec-2015,Jan-2016,Feb-2016,Mar-2016", ColumnKind.Date)]
    [InlineData("20200131,20210201,20191231,20200101", ColumnKind.Date)]
    [InlineData("red,green,red,blue", ColumnKind.Categorical)]
    [InlineData("01234,98765,00501,10001", ColumnKind.Categorical)]
    [InlineData("yes,NA,NA,NA", ColumnKind.Categorical)]
    [InlineData("NA,,null,?", ColumnKind.Empty)]
    [InlineData("x,x,x,x", ColumnKind.Constant)]
    public void A_short_column_is_what_its_values_say(string values, ColumnKind expected)
    {
        var column = Infer("c", values.Split(',').Select(value => value.Replace('|', ',')));

        Assert.Equal(expected, column.Kind);
        Assert.NotEmpty(column.KindReason);
    }

    [Fact]
    public void Dates_are_days_and_percentages_and_thousands_are_numbers()
    {
        Assert.Equal(18292.5, Infer("c", ["2020-01-31T12:00:00Z", "2020-01-01"]).Number(0));
        Assert.Equal(12.5, Infer("c", ["12.5%", "3%"]).Number(0));
        Assert.Equal(-1234567.5, Infer("c", ["-$1,234,567.5", "$2"]).Number(0));
    }

    [Theory]
    [InlineData("0,345|1,250|-2,000", -2.0)]
    [InlineData("1.234,56|-7,5|0,1", 0.1)]
    [InlineData("1 234,5|12|1 234 567,25", 1234567.25)]
    [InlineData("1,234|12,345,678|(9,500)", -9500)]
    [InlineData("(12.50)|7|0.5", 0.5)]
    [InlineData("1'234.5|2|12'000", 12000)]
    [InlineData("1.234,50 €|-2,00 €|12 €", 12)]
    [InlineData("12,5 %|7 %|0,25 %", 0.25)]
    public void Numbers_are_read_as_their_column_writes_them(string values, double last)
    {
        var column = Infer("c", values.Split('|'));

        Assert.Equal(ColumnKind.Numeric, column.Kind);
        Assert.Equal(last, column.Number(2), 10);
    }

    [Theory]
    [InlineData("0123 456|0999 111|0555 222")]
    [InlineData("1.2.3|1.3.0|2.0.1")]
    [InlineData("12,34|1,2,3|x")]
    public void Marks_that_part_no_thousands_make_no_number(string values) =>
        Assert.Equal(ColumnKind.Categorical, Infer("c", values.Split('|')).Kind);

    [Theory]
    [InlineData(";", 1.234)]
    [InlineData("|", 1234)]
    public void A_comma_alone_is_a_decimal_sign_where_semicolons_separate(string separator, double first)
    {
        var path = folder.File("table.csv");
        File.WriteAllText(path, $"a{separator}b\n1,234{separator}x\n5,678{separator}y\n");

        Assert.Equal(first, TableReader.Read(path)["a"].Number(0));
    }

    [Theory]
    [InlineData("1/31/21|12/1/20|2/3/99", "1999-02-03")]
    [InlineData("31.12.21|1.2.20|3.4.05", "2005-04-03")]
    [InlineData("28 Feb 21|1 Mar 20|30-Dec-19", "2019-12-30")]
    public void Years_of_two_digits_are_dates(string values, string last)
    {
        var column = Infer("c", values.Split('|'));

        Assert.Equal(ColumnKind.Date, column.Kind);
        Assert.Equal(DateTime.Parse(last, System.Globalization.CultureInfo.InvariantCulture), DateTime.UnixEpoch.AddDays(column.Number(2)));
    }

    [Fact]
    public void Times_of_day_are_hours_and_name_no_rows()
    {
        var column = Infer("c", Enumerable.Range(0, 60).Select(i => $"{i % 24:00}:{i:00}"));

        Assert.Equal((ColumnKind.Date, "times of day"), (column.Kind, column.KindReason));
        Assert.Equal(13 + 37 / 60.0, column.Number(37), 10);
    }

    [Theory]
    [InlineData("#N/A")]
    [InlineData("\\N")]
    [InlineData("<NA>")]
    public void What_spreadsheets_and_databases_write_for_nothing_is_missing(string token)
    {
        var column = Infer("c", Enumerable.Range(0, 60).Select(i => i % 2 == 0 ? token : $"{i}.5"));

        Assert.Equal((ColumnKind.Numeric, 30), (column.Kind, column.MissingCount));
    }

    [Fact]
    public void Identifiers_too_long_for_a_double_are_told_apart_by_their_texts() =>
        Assert.Equal(ColumnKind.Identifier, Infer("tweet", Enumerable.Range(0, 60).Select(i => $"{1_234_567_890_123_456_000L + (7 * i)}")).Kind);

    [Fact]
    public void A_word_for_nothing_may_stand_in_half_of_the_rows()
    {
        var column = Infer("c", Enumerable.Range(0, 100).Select(i => i % 5 < 2 ? "unknown" : $"{i}.5"));

        Assert.Equal(ColumnKind.Numeric, column.Kind);
    }

    [Fact]
    public void Ambiguous_days_and_months_are_reported()
    {
        var notes = new List<string>();

        var ambiguous = Infer("c", ["1/2/2020", "3/4/2020"], notes: notes);
        var clear = Infer("c", ["1/2/2020", "13/4/2020"]);

        Assert.Contains("month was read first", Assert.Single(notes));
        Assert.Equal(new DateTime(2020, 1, 2), DateTime.UnixEpoch.AddDays(ambiguous.Number(0)));
        Assert.Equal(new DateTime(2020, 2, 1), DateTime.UnixEpoch.AddDays(clear.Number(0)));
    }

    [Fact]
    public void A_few_stray_texts_and_infinities_are_missing_and_named()
    {
        var values = Enumerable.Range(0, 1000).Select(i => (i * 0.37).ToString()).ToArray();
        (values[7], values[8], values[9], values[11]) = ("12 kg", "inf", "-Infinity", "1e999");
        var notes = new List<string>();

        var column = Infer("weight", values, notes: notes);

        Assert.Equal(ColumnKind.Numeric, column.Kind);
        Assert.All(new[] { 7, 8, 9, 11 }, row => Assert.True(double.IsNaN(column.Number(row))));
        Assert.Equal("12 kg", column.Text(7));
        Assert.Contains(notes, note => note.Contains("'12 kg'") && note.Contains("row 8"));
        Assert.Contains(notes, note => note.Contains("3 row(s)") && note.Contains("rows 9, 10, 12"));
    }

    [Fact]
    public void A_word_for_unknown_beside_many_numbers_does_not_make_categories()
    {
        var values = Enumerable.Range(0, 200).Select(i => i % 10 == 0 ? "unknown" : (i % 47).ToString());

        Assert.Equal(ColumnKind.Numeric, Infer("c", values).Kind);
        Assert.Equal(ColumnKind.Categorical, Infer("c", Enumerable.Range(0, 200).Select(i => i % 3 == 0 ? "unknown" : (i % 7).ToString())).Kind);
    }

    [Theory]
    [InlineData("constant", 4, ColumnKind.Constant)]
    [InlineData("constant", 10, ColumnKind.Categorical)]
    public void One_value_is_constant_unless_many_rows_lack_it(string value, int missing, ColumnKind expected) =>
        Assert.Equal(expected, Infer("c", Enumerable.Range(0, 100).Select(i => i < missing ? "" : value)).Kind);

    [Theory]
    [MemberData(nameof(Identifying))]
    public void Columns_that_name_rows_are_identifiers(string name, string[] values)
    {
        var withDuplicates = values.Concat(values.Take(values.Length / 12));

        Assert.Equal(ColumnKind.Identifier, Infer(name, values).Kind);
        Assert.Equal(ColumnKind.Identifier, Infer(name, withDuplicates).Kind);
    }

    public static TheoryData<string, string[]> Identifying()
    {
        var random = RandomStream.For(1, "ids");
        var data = new TheoryData<string, string[]>
        {
            { "f_1", [.. Enumerable.Range(1, 300).Select(i => i.ToString())] },
            { "f_2", [.. random.Permutation(300).Select(i => i.ToString())] },
            { "f_3", [.. random.SampleWithoutReplacement(10_000_000, 700).Select(i => i.ToString())] },
            { "customer_id", [.. random.SampleWithoutReplacement(1000, 400).Select(i => i.ToString())] },
            { "PassengerId", [.. Enumerable.Range(1, 40).Select(i => (i * i).ToString())] },
            { "f_4", [.. Enumerable.Range(1, 300).Select(i => $"CUST-{i * 37:000000}")] },
            { "f_5", [.. Enumerable.Range(1, 300).Select(i => RandomStream.For(i, "hex").NextUInt64().ToString("x16"))] },
            { "f_6", [.. Enumerable.Range(1, 300).Select(i => (20_000_000 + (i * i * 31)).ToString())] },
        };
        return data;
    }

    [Theory]
    [MemberData(nameof(Measured))]
    public void Measurements_are_no_identifiers(string name, string[] values) =>
        Assert.Equal(ColumnKind.Numeric, Infer(name, values).Kind);

    public static TheoryData<string, string[]> Measured()
    {
        var random = RandomStream.For(2, "amounts");
        return new TheoryData<string, string[]>
        {
            { "height", Draw(() => (170 + (10 * random.NextGaussian())).ToString("R")) },
            { "income", Draw(() => Math.Round(Math.Exp(10 + random.NextGaussian())).ToString()) },
            { "balance", Draw(() => Math.Round(1e6 * random.NextGaussian()).ToString()) },
            { "paid", Draw(() => Math.Round(1e7 * Math.Abs(random.NextGaussian())).ToString()) },
            { "age", Draw(() => (18 + random.Next(70)).ToString()) },
            { "year", [.. Enumerable.Range(1900, 120).Select(i => i.ToString())] },
            { "uniform", Draw(() => random.NextDouble().ToString("R")) },
        };

        static string[] Draw(Func<string> value) => [.. Enumerable.Range(0, 800).Select(_ => value())];
    }

    [Fact]
    public void Sentences_are_text_and_many_short_texts_are_categories()
    {
        var sentences = Enumerable.Range(0, 200).Select(i => $"The customer called {i} times about the bill");
        var cities = Enumerable.Range(0, 400).Select(i => $"New City {i % 150}");

        Assert.Equal(ColumnKind.Text, Infer("review", sentences).Kind);
        Assert.Equal(ColumnKind.Categorical, Infer("city", cities).Kind);
    }

    [Fact]
    public void The_user_may_overrule_and_is_told_of_misspelt_columns()
    {
        var values = new[] { "1", "2", "x", "2" };

        Assert.Equal(ColumnKind.Ignored, Infer("c", values, new() { Ignore = ["c"] }).Kind);
        Assert.Equal(ColumnKind.Categorical, Infer("c", ["1", "2", "3", "2"], new() { Categorical = ["c"] }).Kind);
        var notes = new List<string>();
        Assert.Equal(ColumnKind.Numeric, Infer("c", values, new() { Numeric = ["c"] }, notes).Kind);
        Assert.Contains("'x'", Assert.Single(notes));
        Assert.Contains("no", Assert.Throws<ArgumentException>(() => Infer("c", ["a", "b"], new() { Numeric = ["c"] })).Message);
        Assert.Contains("did you mean 'Income'", Assert.Throws<ArgumentException>(() =>
            TableReader.Read(Samples("credit_data.csv"), new() { Ignore = ["Incme"] })).Message);
        Assert.Contains("two kinds", Assert.Throws<ArgumentException>(() =>
            TableReader.Read(Samples("credit_data.csv"), new() { Ignore = ["Income"], Numeric = ["Income"] })).Message);
    }

    [Theory]
    [InlineData("tables/breast_cancer.csv", "Id")]
    [InlineData("tables/credit_data.csv", "")]
    [InlineData("tables/lending_club.csv", "")]
    [InlineData("tables/letter.csv", "")]
    [InlineData("tables/mlc_churn.csv", "")]
    [InlineData("tables/pima.csv", "")]
    [InlineData("tables/satellite.csv", "")]
    [InlineData("tables/shuttle.csv", "")]
    [InlineData("tables/spam.csv", "")]
    [InlineData("adult/adult.csv", "")]
    [InlineData("insurance/insurance.csv", "")]
    [InlineData("soup/soup.csv", "")]
    [InlineData("digits/digits.csv", "p00,p40,p47")]
    public void No_feature_of_a_real_table_is_set_aside(string file, string setAside)
    {
        var table = TableReader.Read(RealData.Require(file));

        var unused = table.Columns.Where(column => column.Kind is ColumnKind.Identifier or ColumnKind.Constant or ColumnKind.Empty or ColumnKind.Text);
        Assert.Equal(setAside.Split(',', StringSplitOptions.RemoveEmptyEntries), unused.Select(column => column.Name));
        Assert.Empty(table.Notes);
    }

    private static string Samples(string name) => Path.Combine(GoldenFiles.FixturesFolder, "..", "..", "..", "samples", name);

    private TableColumn Infer(string name, IEnumerable<string> values, TableReadOptions? options = null, List<string>? notes = null)
    {
        File.WriteAllLines(folder.File("t.csv"), values.Prepend(name).Select(value => $"\"{value}\""));
        var table = TableReader.Read(folder.File("t.csv"), options);
        notes?.AddRange(table.Notes);
        return table[name];
    }
}
