using System.Text.Json;
using Ballast.Core;
using Ballast.Data.Reading;
using Ballast.Tests.Shared;

namespace Ballast.Tests.Data.Reading;

public sealed class FeatureEncoderTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    private const string Train = "n,color,flag,when,y,g\n1.5,red,yes,2020-01-01,b,m\n2,blue,no,2020-01-02,a,f\nNA,red,NA,2020-01-03,,m\n4,green,yes,2020-01-04,a,\n5,red,no,2020-01-05,b,f\n";

    [Fact]
    public void Numbers_categories_and_missing_values_become_features()
    {
        var table = Read("t.csv", Train);

        var data = FeatureEncoder.Fit(table, ["n", "color", "flag", "when"]).Transform(table);

        Assert.Equal([1.5f, 0, 1, 18262], data.Row(0).ToArray());
        Assert.Equal([2f, 1, 0, 18263], data.Row(1).ToArray());
        Assert.Equal([float.NaN, 0, float.NaN, 18264], data.Row(2).ToArray());
        Assert.Equal(["red", "blue", "green"], data.Columns[1].Categories);
        Assert.Equal(FeatureKind.Numeric, data.Columns[2].Kind);
    }

    [Fact]
    public void Rows_without_a_target_are_left_out_and_named()
    {
        var table = Read("t.csv", Train);
        var target = TargetCoding.Fit(table, "y");

        var encoded = FeatureEncoder.Fit(table, ["n"]).Transform(table, target, "g");

        Assert.Equal(["a", "b"], encoded.Data.ClassNames);
        Assert.Equal([1, 0, 0, 1], encoded.Data.Labels.ToArray());
        Assert.Equal([0, 1, 3, 4], encoded.Data.RowIds.ToArray());
        Assert.Equal([2], encoded.ExcludedRows);
        Assert.Contains("row", Assert.Single(encoded.Notes));
        Assert.Equal(["f", "m"], encoded.Data.GroupNames);
        Assert.Equal([1, 0, -1, 0], encoded.Data.Groups.ToArray());
    }

    [Theory]
    [InlineData("p,q, p,q ,p,q", "p,q", "0,1,0,1,0,1")]
    [InlineData("1,2.0,1.0,2,2.0,1", "1,2.0", "0,1,0,1,1,0")]
    [InlineData("Yes,no,YES,No,Yes,no", "Yes,no", "0,1,0,1,0,1")]
    [InlineData("Dog,dog,Cat,Dog,Cat,cat", "Cat,Dog,cat,dog", "1,3,0,1,0,2")]
    public void Labels_that_mean_the_same_are_one_class(string labels, string classes, string expected)
    {
        var table = Read("t.csv", "n,y\n" + string.Concat(labels.Split(',').Select((label, i) => $"{i},\"{label}\"\n")));
        var target = TargetCoding.Fit(table, "y");

        var encoded = FeatureEncoder.Fit(table, ["n"]).Transform(table, target);

        Assert.Equal(classes.Split(','), target.ClassNames.Order(StringComparer.Ordinal));
        Assert.Equal(expected.Split(',').Select(k => classes.Split(',')[int.Parse(k)]), encoded.Data.Labels.ToArray().Select(k => target.ClassNames[k]));
        Assert.Equal(target.ClassNames.Count < table["y"].DistinctCount, encoded.Notes.Any(note => note.StartsWith("Labels that mean the same", StringComparison.Ordinal)));
    }

    [Fact]
    public void Codes_with_leading_zeros_that_the_user_calls_categories_stay_apart()
    {
        var path = folder.File("t.csv");
        File.WriteAllText(path, "n,y\n1,01\n2,1\n3,01\n4,1\n");
        var table = TableReader.Read(path, new TableReadOptions { Categorical = ["y"] });

        Assert.Equal([0, 1, 0, 1], TargetCoding.Fit(table, "y").Labels(table));
    }

    [Fact]
    public void A_later_table_may_have_other_order_extra_columns_unseen_categories_and_no_target()
    {
        var encoder = FeatureEncoder.Fit(Read("t.csv", Train), ["n", "color", "flag", "when"]);
        var later = Read("l.csv", "extra,flag,when,color,n\n0,YES,2020-01-02,violet,7\n0,,,red,\n");

        var data = encoder.Transform(later);

        Assert.Equal([7, float.NaN, 1, 18263], data.Row(0).ToArray());
        Assert.Equal([float.NaN, 0, float.NaN, float.NaN], data.Row(1).ToArray());
    }

    [Fact]
    public void What_a_later_table_holds_that_was_not_learnt_is_named()
    {
        var encoder = FeatureEncoder.Fit(Read("t.csv", Train), ["n", "color", "flag", "when"]);

        var notes = encoder.Unread(Read("l.csv", "flag,when,color,n\nYES,2020-01-02,violet,7\n,,red,\"1,5\"\nno,,,\n"));

        Assert.Equal(
        [
            "Column 'n': 1 row(s) hold no number as the model reads them, such as '1,5', and count as missing (rows 2).",
            "Column 'color': 1 row(s) hold categories that the model has not seen, such as 'violet', and count as missing (rows 1).",
        ], notes);
    }

    [Fact]
    public void All_missing_columns_are_named_in_one_error()
    {
        var encoder = FeatureEncoder.Fit(Read("t.csv", Train), ["n", "color", "flag"]);

        var error = Assert.Throws<DataFormatException>(() => encoder.Transform(Read("l.csv", "n\n1\n")));

        Assert.Contains("'color', 'flag'", error.Message);
    }

    [Fact]
    public void An_encoder_survives_json_and_encodes_alike()
    {
        var table = Read("t.csv", Train);
        var encoder = FeatureEncoder.Fit(table, ["when", "color", "n", "flag"]);

        var back = FeatureEncoder.FromJson(encoder.ToJson());

        Assert.Equal(encoder.Transform(table).Features.ToArray(), back.Transform(table).Features.ToArray());
        Assert.Equal(encoder.ToJson(), back.ToJson());
        Assert.Throws<JsonException>(() => FeatureEncoder.FromJson("[{\"name\":\"a\",\"kind\":\"Numeric\",\"reading\":\"guess\",\"categories\":[],\"pooled\":[]}]"));
        Assert.Throws<JsonException>(() => FeatureEncoder.FromJson("[{\"name\":\"a\"}]"));
    }

    [Fact]
    public void A_later_table_is_read_as_the_first_was_whatever_it_looks_like_alone()
    {
        var encoder = FeatureEncoder.Fit(Read("t.csv", "d,p\n13/01/2020,1%\n02/03/2020,2%\n"), ["d", "p"]);

        var data = encoder.Transform(Read("l.csv", "d,p\n02/03/2020,50%\n"));

        Assert.Equal((float)(new DateTime(2020, 3, 2) - DateTime.UnixEpoch).TotalDays, data.Row(0)[0]);
        Assert.Equal(50, data.Row(0)[1]);
    }

    [Fact]
    public void Rare_levels_share_one_stated_code()
    {
        var rows = string.Concat(Enumerable.Range(0, 10).SelectMany(i => Enumerable.Repeat($"level {i}\n", 20 - i)));
        var table = Read("t.csv", "c\n" + rows);

        var encoder = FeatureEncoder.Fit(table, ["c"], maxLevels: 4);
        var data = encoder.Transform(table);

        Assert.Equal(["level 0", "level 1", "level 2", EncodedColumn.OtherName], data.Columns[0].Categories);
        Assert.Equal(7, encoder.Columns[0].Pooled.Count);
        Assert.Equal(3, data.Row(data.Count - 1)[0]);
    }

    [Fact]
    public void Class_names_that_are_numbers_are_in_numeric_order()
    {
        var table = Read("t.csv", "y\n10\n9\n2\n10\n9\n2\n");

        Assert.Equal(["2", "9", "10"], TargetCoding.Fit(table, "y").ClassNames);
    }

    [Theory]
    [InlineData("tables/lending_club.csv", "Class", TaskKind.Classification)]
    [InlineData("insurance/insurance.csv", "charges", TaskKind.Regression)]
    [InlineData("insurance/insurance.csv", "age", TaskKind.Regression)]
    [InlineData("digits/digits.csv", "label", TaskKind.Classification)]
    [InlineData("tables/mlc_churn.csv", "churn", TaskKind.Classification)]
    public void The_task_is_guessed_from_the_target(string file, string column, TaskKind expected) =>
        Assert.Equal(expected, TaskGuess.For(TableReader.Read(RealData.Require(file))[column]).Task);

    [Fact]
    public void Real_targets_leave_out_what_is_no_number()
    {
        var rows = string.Concat(Enumerable.Range(0, 300).Select(i => $"{i},{(i == 5 ? "none of it" : i == 6 ? "inf" : (i * 0.5).ToString())}\n"));
        var table = Read("t.csv", "x,y\n" + rows);
        var target = TargetCoding.Fit(table, "y");

        var encoded = FeatureEncoder.Fit(table, ["x"]).Transform(table, target);

        Assert.Equal(TaskKind.Regression, target.Task);
        Assert.Equal([5, 6], encoded.ExcludedRows);
        Assert.Equal(149.5, encoded.Data.Targets.Span[^1]);
    }

    [Fact]
    public void Unusable_targets_and_names_are_refused()
    {
        var table = Read("t.csv", Train);

        Assert.Contains("did you mean 'color'", Assert.Throws<ArgumentException>(() => FeatureEncoder.Fit(table, ["colour"])).Message);
        Assert.Throws<ArgumentException>(() => FeatureEncoder.Fit(table, ["n", "n"]));
        Assert.Throws<DataFormatException>(() => TargetCoding.Fit(table, "color", TaskKind.Regression));
        Assert.Throws<DataFormatException>(() => TargetCoding.Fit(Read("e.csv", "x,y\n1,\n2,NA\n"), "y"));
    }

    private Table Read(string name, string text)
    {
        File.WriteAllText(folder.File(name), text);
        return TableReader.Read(folder.File(name));
    }
}
