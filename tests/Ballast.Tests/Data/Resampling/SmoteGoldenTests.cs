using System.Text.Json;
using Ballast.Data.Resampling;
using Ballast.Numerics.Neighbors;
using Ballast.Tests.Shared;

namespace Ballast.Tests.Data.Resampling;

public sealed class SmoteGoldenTests
{
    private const double Tolerance = 1e-8;

    public static TheoryData<string> Files => GoldenFiles.Matching("smote*.json");

    [Theory]
    [MemberData(nameof(Files))]
    public void Smote_and_its_neighbours(string path) => ForEach(path, "numeric", (input, expected) =>
    {
        var (x, points, labels) = Numeric(input);
        var k = input.GetProperty("k").GetInt32();
        Assert.Equal(Ints(expected, "class_counts"), Counts(labels));
        foreach (var grown in Items(expected, "smote"))
        {
            var rows = Ints(grown, "rows");
            var near = NearestNeighbours.Within(points, rows, k);
            var neighbours = Matrix(grown, "neighbours_within_class");
            for (var i = 0; i < rows.Length; i++)
                Assert.Equal(neighbours[i].Select(v => (int)v), near.Of(i).ToArray());
            var made = Made(x, points.Width, rows, near, grown);
            AssertClose(Matrix(grown, "synthetic"), made, points.Width);
            var classIndex = grown.GetProperty("class").GetInt32();
            Assert.Equal(Counts(labels).Max() - rows.Length, grown.GetProperty("synthetic").GetArrayLength());
            Assert.All(rows, row => Assert.Equal(classIndex, labels[row]));
        }
    });

    [Theory]
    [MemberData(nameof(Files))]
    public void Borderline_groups(string path) => ForEach(path, "numeric", (input, expected) =>
    {
        var (_, points, labels) = Numeric(input);
        var borderline = expected.GetProperty("borderline");
        foreach (var one in Items(borderline, "per_class"))
        {
            var groups = BorderlineGroups.Of(points, labels, one.GetProperty("class").GetInt32(), borderline.GetProperty("m").GetInt32());

            Assert.Equal(Ints(one, "rows"), groups.Rows);
            Assert.Equal(Ints(one, "other_class_neighbours"), groups.OtherClassNeighbours);
            Assert.Equal(Ints(one, "danger_rows"), groups.Danger);
            Assert.Equal(Ints(one, "noise_rows"), groups.Noise);
            Assert.Equal(Ints(one, "safe_rows"), groups.Safe);
        }
    });

    [Theory]
    [MemberData(nameof(Files))]
    public void Cleaning_keeps_the_rows_it_must(string path) => ForEach(path, "numeric", (input, expected) =>
    {
        var (_, points, labels) = Numeric(input);
        var classes = Counts(labels).Length;
        foreach (var kept in expected.GetProperty("enn").EnumerateObject())
        {
            var parts = kept.Name.Split('/');
            var rule = parts[1] == "all" ? NeighbourRule.All : NeighbourRule.Mode;
            var cleaned = parts[0] == "all" ? CleanedClasses.All : CleanedClasses.NotMinority;

            Assert.Equal(Ints(kept.Value), Cleaning.Edited(points, labels, classes, int.Parse(parts[2][1..]), rule, cleaned));
        }
        var (repeated, passes) = Cleaning.RepeatedlyEdited(points, labels, classes, 3, CleanedClasses.NotMinority);
        Assert.Equal(Ints(expected, "repeated_enn_kept"), repeated);
        Assert.Equal(expected.GetProperty("repeated_enn_iterations").GetInt32(), passes);
        Assert.Equal(Ints(expected, "all_knn_kept"), Cleaning.AllKnn(points, labels, classes, 3, CleanedClasses.NotMinority));
        Assert.Equal(Ints(expected, "tomek_auto_kept"), Cleaning.WithoutTomekLinks(points, labels, classes, CleanedClasses.NotMinority));
        Assert.Equal(Ints(expected, "tomek_all_kept"), Cleaning.WithoutTomekLinks(points, labels, classes, CleanedClasses.All));
        Assert.Equal(Matrix(expected, "tomek_pairs").Select(p => ((int)p[0], (int)p[1])), Cleaning.TomekPairs(points, labels));
    });

    [Theory]
    [MemberData(nameof(Files))]
    public void Cleaning_after_smote(string path) => ForEach(path, "numeric", (input, expected) =>
    {
        var (x, points, labels) = Numeric(input);
        var k = input.GetProperty("k").GetInt32();
        var (values, grownLabels) = (x.ToList(), labels.ToList());
        foreach (var grown in Items(expected, "smote"))
        {
            var rows = Ints(grown, "rows");
            values.AddRange(Made(x, points.Width, rows, NearestNeighbours.Within(points, rows, k), grown));
            grownLabels.AddRange(Enumerable.Repeat(grown.GetProperty("class").GetInt32(), grown.GetProperty("draw_base").GetArrayLength()));
        }
        var all = new PointSet([.. values], grownLabels.Count, points.Width);
        int[] allLabels = [.. grownLabels];
        var classes = Counts(labels).Length;

        Assert.Equal(Ints(expected, "smote_then_enn_all_kept"), Cleaning.Edited(all, allLabels, classes, 3, NeighbourRule.All, CleanedClasses.All));
        Assert.Equal(Ints(expected, "smote_then_tomek_all_kept"), Cleaning.WithoutTomekLinks(all, allLabels, classes, CleanedClasses.All));
    });

    [Theory]
    [MemberData(nameof(Files))]
    public void Smote_nc(string path) => ForEach(path, "smote_nc", (input, expected) =>
    {
        var x = Matrix(input, "X");
        var categorical = Ints(input, "categorical_columns");
        int[] numeric = [.. Enumerable.Range(0, x[0].Length).Except(categorical)];
        var minority = input.GetProperty("minority").GetInt32();
        int[] rows = [.. Ints(input, "y").Select((label, row) => (label, row)).Where(p => p.label == minority).Select(p => p.row)];
        double[] values = [.. rows.SelectMany(row => numeric.Select(j => x[row][j]))];
        int[] codes = [.. rows.SelectMany(row => categorical.Select(j => (int)x[row][j]))];

        var median = SmoteCore.MedianStandardDeviation(values, numeric.Length);
        var points = new PointSet(values, rows.Length, numeric.Length, codes, categorical.Length, median * median);
        var near = NearestNeighbours.Within(points, input.GetProperty("k").GetInt32());

        Assert.Equal(expected.GetProperty("median_of_population_std").GetDouble(), median, Tolerance);
        Assert.Equal(Ints(expected, "minority_rows"), rows);
        AssertClose([Doubles(expected, "squared_distances_of_first_minority_row")], [.. rows.Select((_, i) => points.SquaredDistance(0, i))], rows.Length);
        var neighbours = Matrix(expected, "neighbours");
        for (var i = 0; i < rows.Length; i++)
            Assert.Equal(neighbours[i].Select(v => (int)v), near.Of(i).ToArray());
        AssertClose(Matrix(expected, "synthetic_numeric"), Made(values, numeric.Length, [.. Enumerable.Range(0, rows.Length)], near, expected), numeric.Length);
        var bases = Ints(expected, "draw_base");
        var allowed = Items(expected, "synthetic_categories_allowed_by_majority_vote").ToArray();
        for (var i = 0; i < bases.Length; i++)
            Assert.Equal(allowed[i].EnumerateArray().Select(Ints), SmoteNc.Winners(points, near.Of(bases[i])));
    });

    [Theory]
    [MemberData(nameof(Files))]
    public void Smote_n_distances(string path) => ForEach(path, "smote_n", (input, expected) =>
    {
        var x = Matrix(input, "X");
        int[] codes = [.. x.SelectMany(row => row.Select(v => (int)v))];
        var labels = Ints(input, "y");
        var rows = Ints(expected, "minority_rows");

        var metric = new ValueDifferenceMetric(codes, x[0].Length, labels, labels.Max() + 1);

        var probabilities = Items(expected, "class_probability_per_category").ToArray();
        for (var f = 0; f < probabilities.Length; f++)
            foreach (var (category, v) in probabilities[f].EnumerateArray().Select((category, v) => (category, v)))
                foreach (var (share, c) in Doubles(category).Select((share, c) => (share, c)))
                    Assert.Equal(share, metric.ClassProbability(f, v, c), Tolerance);
        var distances = Matrix(expected, "distances_within_minority");
        for (var i = 0; i < rows.Length; i++)
            for (var j = 0; j < rows.Length; j++)
                Assert.Equal(distances[i][j], metric.Distance(Codes(rows[i]), Codes(rows[j])), Tolerance);

        ReadOnlySpan<int> Codes(int row) => codes.AsSpan(row * x[0].Length, x[0].Length);
    });

    private static double[] Made(double[] x, int width, int[] rows, NeighbourTable near, JsonElement draws)
    {
        var (bases, picks) = (Ints(draws, "draw_base"), Ints(draws, "draw_neighbour"));
        int[] neighbours = [.. bases.Zip(picks, (b, pick) => rows[near.Of(b)[pick]])];
        return SmoteCore.Interpolate(x, width, [.. bases.Select(b => rows[b])], neighbours, Doubles(draws, "draw_step"));
    }

    private static void ForEach(string path, string kind, Action<JsonElement, JsonElement> check)
    {
        using var document = JsonDocument.Parse(File.ReadAllText(path));
        var inputs = document.RootElement.GetProperty("inputs");
        if (!inputs.TryGetProperty(kind, out var items))
            return;
        foreach (var (input, expected) in items.EnumerateArray().Zip(document.RootElement.GetProperty("expected").GetProperty(kind).EnumerateArray()))
            check(input, expected);
    }

    private static (double[] X, PointSet Points, int[] Labels) Numeric(JsonElement input)
    {
        var matrix = Matrix(input, "X");
        double[] x = [.. matrix.SelectMany(row => row)];
        return (x, new PointSet(x, matrix.Length, matrix[0].Length), Ints(input, "y"));
    }

    private static int[] Counts(int[] labels) => [.. Enumerable.Range(0, labels.Max() + 1).Select(c => labels.Count(label => label == c))];

    private static void AssertClose(double[][] expected, double[] actual, int width)
    {
        Assert.Equal(expected.Length * width, actual.Length);
        for (var i = 0; i < expected.Length; i++)
            for (var j = 0; j < width; j++)
                Assert.Equal(expected[i][j], actual[i * width + j], Tolerance);
    }

    private static JsonElement.ArrayEnumerator Items(JsonElement element, string name) => element.GetProperty(name).EnumerateArray();

    private static double[][] Matrix(JsonElement element, string name) => [.. Items(element, name).Select(Doubles)];

    private static double[] Doubles(JsonElement element, string name) => Doubles(element.GetProperty(name));

    private static double[] Doubles(JsonElement element) => [.. element.EnumerateArray().Select(v => v.GetDouble())];

    private static int[] Ints(JsonElement element, string name) => Ints(element.GetProperty(name));

    private static int[] Ints(JsonElement element) => [.. element.EnumerateArray().Select(v => (int)v.GetDouble())];
}
