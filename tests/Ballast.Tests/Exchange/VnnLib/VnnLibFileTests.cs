using System.Text.Json;
using Ballast.Core;
using Ballast.Exchange.VnnLib;
using Ballast.Tests.Shared;

namespace Ballast.Tests.Exchange.VnnLib;

public sealed class VnnLibFileTests
{
    private const string Declarations = "(declare-const X_0 Real)\n(declare-const X_1 Real)\n(declare-const Y_0 Real)\n(declare-const Y_1 Real)\n";
    private const string Box = "(assert (<= X_0 1))(assert (>= X_0 0))(assert (<= X_1 1))(assert (>= X_1 0))\n";

    public static TheoryData<string, int> Cases
    {
        get
        {
            var data = new TheoryData<string, int>();
            foreach (var row in GoldenFiles.Matching("ibp-tightness*.json"))
            {
                using var file = JsonDocument.Parse(File.ReadAllText(row.Data));
                if (file.RootElement.TryGetProperty("vnnlib", out var cases))
                    for (var i = 0; i < cases.GetArrayLength(); i++)
                        data.Add(row.Data, i);
            }
            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Texts_have_the_golden_regions(string path, int index)
    {
        using var file = JsonDocument.Parse(File.ReadAllText(path));
        var golden = file.RootElement.GetProperty("vnnlib")[index];

        var property = VnnLibFile.Parse(golden.GetProperty("inputs").GetProperty("text").GetString()!, "golden");

        var expected = golden.GetProperty("expected");
        var boxes = expected.GetProperty("boxes").EnumerateArray().Select(box => Shown(GoldenJson.Doubles(box.GetProperty("lower")), GoldenJson.Doubles(box.GetProperty("upper"))));
        Assert.Equal(boxes.Order(), property.Regions.Select(region => Shown(region.Lower, region.Upper)).Order());
        var disjuncts = expected.GetProperty("unsafe").EnumerateArray().Select(disjunct => Shown(disjunct.EnumerateArray().Select(row =>
            new OutputConstraint(GoldenJson.Doubles(row.GetProperty("c")), row.GetProperty("d").GetDouble())))).Order().ToArray();
        Assert.All(property.Regions, region => Assert.Equal(disjuncts, region.Disjuncts.Select(Shown).Order()));
    }

    [Fact]
    public void A_property_that_is_written_is_read_back_the_same()
    {
        var property = VnnLibProperty.Robustness([0.1, 1e-7, -3], [0.3, 1.0 / 3, -3], label: 1, classes: 4);

        var back = VnnLibFile.Parse(VnnLibFile.ToText(property), "text");

        Assert.Equal((property.Inputs, property.Outputs), (back.Inputs, back.Outputs));
        Assert.Equal(property.Regions[0].Lower, back.Regions[0].Lower);
        Assert.Equal(property.Regions[0].Upper, back.Regions[0].Upper);
        Assert.Equal(property.Regions[0].Disjuncts.Select(Shown), back.Regions[0].Disjuncts.Select(Shown));
    }

    [Fact]
    public void Properties_of_several_boxes_are_written_and_read_back()
    {
        var property = VnnLibFile.Parse(Declarations + "(assert (or (and (<= X_0 1)(>= X_0 0)(<= X_1 1)(>= X_1 0)(<= Y_0 Y_1)) (and (<= X_0 3)(>= X_0 2)(<= X_1 1)(>= X_1 0)(>= Y_0 2))))", "text");

        var back = VnnLibFile.Parse(VnnLibFile.ToText(property), "text");

        Assert.Equal(2, back.Regions.Count);
        Assert.Equal(property.Regions.SelectMany(region => region.Disjuncts).Select(Shown), back.Regions.SelectMany(region => region.Disjuncts).Select(Shown));
    }

    [Fact]
    public void A_choice_whose_box_is_empty_is_dropped()
    {
        var property = VnnLibFile.Parse(Declarations + Box + "(assert (or (and (<= X_0 -1) (<= Y_0 0)) (and (<= Y_1 0))))", "text");

        Assert.Equal([0, 1], Assert.Single(Assert.Single(property.Regions).Disjuncts).Single().Coefficients);
    }

    [Theory]
    [InlineData("(assert (<= Y_0 0)", 6, "')'")]
    [InlineData("(assert (< Y_0 0))", 6, "'(< …)'")]
    [InlineData("(assert (<= Y_0 ten))", 6, "'ten'")]
    [InlineData("(assert (<= Y_7 0))", 6, "'Y_7'")]
    [InlineData("(assert (<= X_5 0))", 6, "'X_5'")]
    [InlineData("(assert (<= Y_0 X_0))", 6, "inputs and outputs")]
    [InlineData("(assert (<= X_0 X_1))", 6, "2 inputs")]
    [InlineData("\n(assert (or))", 7, "of nothing")]
    [InlineData("(assert (<= Y_0 (* Y_0 Y_1)))", 6, "'(* …)'")]
    [InlineData("(check-sat)", 6, "'(check-sat …)'")]
    [InlineData("(declare-const X_0 Real)", 6, "second declaration")]
    [InlineData("(declare-const Z Real)", 6, "'(declare-const …)'")]
    [InlineData("(assert (<= Y_0 1e999))", 6, "'1e999'")]
    [InlineData(")", 6, "')'")]
    public void Errors_name_line_and_what_was_found(string statement, int line, string found)
    {
        var error = Assert.Throws<DataFormatException>(() => VnnLibFile.Parse(Declarations + Box + statement, "prop.vnnlib"));

        Assert.Equal(line, error.Line);
        Assert.Contains(found, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_input_without_both_bounds_is_named()
    {
        var error = Assert.Throws<DataFormatException>(() => VnnLibFile.Parse(Declarations + "(assert (<= X_0 1))(assert (>= X_0 0))(assert (>= X_1 0))(assert (<= Y_0 0))", "prop.vnnlib"));

        Assert.Contains("upper bound of X_1", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_box_with_its_lower_end_above_its_upper_end_is_refused()
    {
        var error = Assert.Throws<DataFormatException>(() => VnnLibFile.Parse(Declarations + Box + "(assert (>= X_1 2))(assert (<= Y_0 0))", "prop.vnnlib"));

        Assert.Contains("X_1 between 2 and 1", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Formulas_that_multiply_beyond_measure_are_refused()
    {
        var choice = "(assert (or (<= Y_0 0) (<= Y_1 0)))";

        Assert.Throws<DataFormatException>(() => VnnLibFile.Parse(Declarations + Box + string.Concat(Enumerable.Repeat(choice, 20)), "prop.vnnlib"));
    }

    [Fact]
    public void Parentheses_without_end_are_refused() =>
        Assert.Throws<DataFormatException>(() => VnnLibFile.Parse(new string('(', 100_000), "prop.vnnlib"));

    [Fact]
    public void Any_mutation_is_read_or_refused()
    {
        var text = VnnLibFile.ToText(VnnLibProperty.Robustness([0, 0.5], [1, 0.75], label: 0, classes: 3));
        var pieces = new[] { "(", ")", "or", "and", "<=", ">=", "X_0", "Y_1", "-", "*", "+", "1e308", "nan", ";", "\n", "assert" };
        for (var trial = 0; trial < 3000; trial++)
        {
            var random = RandomStream.For(1, "vnnlib mutations", trial);
            var changed = text;
            for (var edits = 1 + random.Next(6); edits > 0; edits--)
            {
                var at = random.Next(changed.Length);
                changed = random.Next(2) == 0
                    ? changed.Remove(at, Math.Min(1 + random.Next(8), changed.Length - at))
                    : changed.Insert(at, $" {pieces[random.Next(pieces.Length)]} ");
            }
            try
            {
                var property = VnnLibFile.Parse(changed, "mutant");
                Assert.All(property.Regions, region => Assert.All(region.Lower.Zip(region.Upper), ends => Assert.True(ends.First <= ends.Second)));
            }
            catch (DataFormatException)
            {
            }
        }
    }

    private static string Shown(IReadOnlyList<double> lower, IReadOnlyList<double> upper) => string.Join(';', lower.Zip(upper).Select(ends => $"{ends.First:R}..{ends.Second:R}"));

    private static string Shown(IEnumerable<OutputConstraint> rows) => string.Join(" & ", rows.Select(row => $"{string.Join(',', row.Coefficients.Select(c => $"{c + 0.0:R}"))} <= {row.Limit + 0.0:R}").Order());
}
