using Ballast.Core;
using Ballast.Evaluation.Slices;
using Ballast.Evaluation.Slices.Noise;

namespace Ballast.Tests.Evaluation.Slices.Noise;

public sealed class NoiseScanTests
{
    private const int Classes = 3;
    private static readonly string[] towns = ["Oslo", "Bergen", "Molde", "Bodø"];

    /// <summary>Rows with two numbers (some missing), a town and a number that means nothing; labels follow the probabilities, then go wrong at the given rates.</summary>
    private static (Dataset Data, Predictions Predictions, bool[] Wrong) Make(int rows, int seed, Func<float[], double> rate)
    {
        var random = RandomStream.For(seed, "noise scan table");
        var (features, labels, values, wrong) = (new float[rows * 4], new int[rows], new double[rows * Classes], new bool[rows]);
        for (var i = 0; i < rows; i++)
        {
            float[] x = [random.NextDouble() < 0.1 ? float.NaN : (float)random.NextGaussian(), (float)random.NextGaussian(), random.Next(towns.Length), (float)random.NextDouble()];
            x.CopyTo(features, i * 4);
            var favoured = random.Next(Classes);
            var sure = 0.5 + (0.49 * random.NextDouble());
            for (var k = 0; k < Classes; k++)
                values[(i * Classes) + k] = k == favoured ? sure : (1 - sure) / (Classes - 1);
            var truth = random.NextDouble() < sure ? favoured : (favoured + 1 + random.Next(Classes - 1)) % Classes;
            wrong[i] = random.NextDouble() < rate(x);
            labels[i] = wrong[i] ? (truth + 1 + random.Next(Classes - 1)) % Classes : truth;
        }
        FeatureColumn[] columns = [FeatureColumn.Numeric("a"), FeatureColumn.Numeric("b"), FeatureColumn.Categorical("town", towns), FeatureColumn.Numeric("c")];
        return (new Dataset(features, rows, columns, labels: labels, classNames: ["x", "y", "z"]), new Predictions(values, Classes), wrong);
    }

    [Fact]
    public void A_part_with_wrong_labels_is_found_with_its_extent_and_rate()
    {
        var (data, predictions, _) = Make(3000, 1, x => x[2] == 2 && x[1] > 0 ? 0.4 : 0.05);

        var noise = new NoiseScan().Find(data, predictions);

        var region = Assert.Single(noise.Regions);
        Assert.Contains("town = 'Molde'", region.Part.Description, StringComparison.Ordinal);
        Assert.InRange(region.Rate, 0.3, 0.5);
        Assert.InRange(region.RateElsewhere, 0.03, 0.07);
        Assert.True(region.Probability > 0.999);
        Assert.InRange(noise.BaseRate, 0.05, 0.12);
        var inside = Enumerable.Range(0, data.Count).Where(i => data.Features.Span[(i * 4) + 2] == 2 && data.Features.Span[(i * 4) + 1] > 0.3).ToArray();
        Assert.All(inside, i => Assert.InRange(noise.Rates.Span[i], 0.3, 0.5));
        Assert.All(Enumerable.Range(0, data.Count).Where(i => data.Features.Span[(i * 4) + 2] != 2), i => Assert.InRange(noise.Rates.Span[i], noise.BaseRate, noise.BaseRate + 0.01));
    }

    [Fact]
    public void A_part_of_missing_values_is_found_in_the_words_of_the_column()
    {
        var (data, predictions, _) = Make(3000, 2, x => float.IsNaN(x[0]) ? 0.5 : 0.05);

        Assert.Contains("a is missing", new NoiseScan().Find(data, predictions).Regions[0].Part.Description, StringComparison.Ordinal);
    }

    [Fact]
    public void Two_parts_are_found_one_after_the_other()
    {
        var (data, predictions, _) = Make(5000, 3, x => x[2] == 0 && x[1] > 0 ? 0.45 : x[2] == 3 && x[1] < -0.5 ? 0.35 : 0.04);

        var regions = new NoiseScan().Find(data, predictions).Regions;

        Assert.True(regions.Count >= 2);
        Assert.Contains("Oslo", regions[0].Part.Description, StringComparison.Ordinal);
        Assert.Contains("Bodø", regions[1].Part.Description, StringComparison.Ordinal);
    }

    [Fact]
    public void Where_labels_are_wrong_everywhere_alike_no_part_is_likelier_than_not_in_19_of_20_tables()
    {
        var found = Enumerable.Range(0, 40).Count(seed =>
        {
            var (data, predictions, _) = Make(600, 100 + seed, _ => 0.1);
            return new NoiseScan().Find(data, predictions).Regions.Any(region => region.Probability >= 0.5);
        });

        Assert.InRange(found, 0, 2);
    }

    [Fact]
    public void Hard_rows_are_no_part_with_wrong_labels()
    {
        // Half of the rows are coin tosses, and the probabilities say so.
        var random = RandomStream.For(5, "hard rows");
        var (features, labels, values) = (new float[4000], new int[2000], new double[4000]);
        for (var i = 0; i < 2000; i++)
        {
            (features[2 * i], features[(2 * i) + 1]) = ((float)random.NextGaussian(), (float)random.NextGaussian());
            var p = features[2 * i] > 0 ? 0.5 : 0.95;
            (values[2 * i], values[(2 * i) + 1]) = (p, 1 - p);
            labels[i] = random.NextDouble() < p ? 0 : 1;
        }
        var data = new Dataset(features, 2000, [FeatureColumn.Numeric("a"), FeatureColumn.Numeric("b")], labels: labels, classNames: ["x", "y"]);

        Assert.Empty(new NoiseScan().Find(data, new Predictions(values, 2)).Regions);
    }

    [Fact]
    public void Wrong_labels_of_a_part_rank_higher_once_its_rate_is_known()
    {
        var (data, predictions, wrong) = Make(4000, 6, x => x[2] == 1 && x[1] < 0.5 ? 0.4 : 0.05);

        var judged = new NoiseScan().Find(data, predictions).Judge(predictions, data.Labels.Span);

        Assert.True(AveragePrecision(judged) > AveragePrecision(predictions) + 0.02, $"{AveragePrecision(judged)} after {AveragePrecision(predictions)}");

        double AveragePrecision(Predictions p) =>
            Check.Planted.PlantedScore.AveragePrecision([.. Enumerable.Range(0, data.Count).Select(i => p[i, data.Labels.Span[i]])], row => wrong[row - 1]);
    }

    [Fact]
    public void Copies_of_a_row_count_as_one()
    {
        var (data, predictions, _) = Make(1500, 7, x => x[2] == 2 ? 0.25 : 0.06);
        int[] twice = [.. Enumerable.Range(0, 3000).Select(i => i / 2)];
        var doubled = new Predictions([.. twice.SelectMany(i => predictions.Row(i).ToArray())], Classes);

        var once = new NoiseScan().Find(data, predictions);
        var copied = new NoiseScan().Find(data.Select(twice), doubled, twice);

        Assert.Equal(once.BaseRate, copied.BaseRate, 1e-9);
        Assert.Equal(once.Regions[0].LogBayesFactor, copied.Regions[0].LogBayesFactor, 0.5);
        Assert.Equal(once.Regions[0].Part.Description, copied.Regions[0].Part.Description);
    }

    [Fact]
    public void The_evidence_is_the_mean_likelihood_ratio_over_all_boxes()
    {
        var (data, predictions, _) = Make(300, 8, x => x[2] == 0 ? 0.35 : 0.05);
        var narrow = data.SelectColumns([1, 2]);

        var noise = new NoiseScan(new NoiseScanOptions { Bins = 4 }).Find(narrow, predictions);

        Assert.Equal(ByHand(narrow, predictions, noise.BaseRate), noise.Regions[0].LogBayesFactor, 1e-3);
    }

    // Every box by looking at every row: bins of the number as quarters, runs of them or all, times one town or all.
    private static double ByHand(Dataset data, Predictions predictions, double baseRate)
    {
        var sorted = Enumerable.Range(0, data.Count).Select(i => data.Features.Span[2 * i]).Order().ToArray();
        float[] starts = [.. Enumerable.Range(0, 4).Select(b => sorted[b * data.Count / 4]), float.PositiveInfinity];
        var ranges = Enumerable.Range(0, 4).SelectMany(from => Enumerable.Range(from + 1, 4 - from).Select(to => (Low: starts[from], High: starts[to])));
        double[] rates = [.. new[] { 0.1, 0.2, 0.3, 0.45, 0.6 }.Where(rate => rate > 1.3 * baseRate)];
        var ratios = new List<double>();
        foreach (var (low, high) in ranges)
            for (var town = -1; town < towns.Length; town++)
            {
                int[] rows = [.. Enumerable.Range(0, data.Count).Where(i => data.Features.Span[2 * i] >= low && data.Features.Span[2 * i] < high && (town < 0 || data.Features.Span[(2 * i) + 1] == town))];
                if (rows.Length is >= 20 and <= 150)
                    ratios.AddRange(rates.Select(rate => Math.Exp(rows.Sum(i => Math.Log(Chance(i, rate) / Chance(i, baseRate))))));
            }
        return Math.Log(ratios.Average());

        double Chance(int i, double rate) => predictions[i, data.Labels.Span[i]] is var p ? ((1 - rate) * p) + (rate * (1 - p) / (Classes - 1)) : 0;
    }

    [Fact]
    public void Of_too_many_columns_those_are_paired_that_show_most_by_themselves()
    {
        var (data, predictions, _) = Make(2000, 9, x => x[2] == 1 ? 0.45 : 0.04);

        var noise = new NoiseScan(new NoiseScanOptions { MaximumPairs = 1 }).Find(data, predictions);

        Assert.Contains("town = 'Bergen'", noise.Regions[0].Part.Description, StringComparison.Ordinal);
    }

    [Fact]
    public void One_column_alone_will_do()
    {
        var (data, predictions, _) = Make(2000, 10, x => x[2] == 1 ? 0.45 : 0.04);

        Assert.Equal("town = 'Bergen'", new NoiseScan().Find(data.SelectColumns([2]), predictions).Regions[0].Part.Description);
    }

    [Fact]
    public void The_same_table_gives_the_same_bits()
    {
        var (data, predictions, _) = Make(2000, 11, x => x[2] == 1 ? 0.2 : 0.06);

        Assert.Equal(new NoiseScan().Find(data, predictions).Rates.ToArray(), new NoiseScan().Find(data, predictions).Rates.ToArray());
    }

    [Fact]
    public void Tables_of_one_value_or_few_rows_have_no_parts()
    {
        var (data, predictions, _) = Make(15, 12, _ => 0.5);
        Assert.Empty(new NoiseScan().Find(data, predictions).Regions);

        var same = new Dataset(new float[100], 100, [FeatureColumn.Numeric("a")], labels: new int[100], classNames: ["x", "y"]);
        Assert.Empty(new NoiseScan().Find(same, new Predictions([.. Enumerable.Range(0, 200).Select(i => i % 2 == 0 ? 1.0 : 0.0)], 2)).Regions);
    }

    [Fact]
    public void Bad_input_is_refused()
    {
        var (data, predictions, _) = Make(50, 13, _ => 0.1);

        Assert.Throws<ArgumentException>(() => new NoiseScan().Find(data, new Predictions([1, 0, 0], 3)));
        Assert.Throws<ArgumentException>(() => new NoiseScan().Find(new Dataset(new float[50], 50, [FeatureColumn.Numeric("a")]), predictions));
        Assert.Throws<ArgumentException>(() => new NoiseScan().Find(data, predictions, [1, 2, 3]));
        Assert.Throws<ArgumentOutOfRangeException>(() => new NoiseScanOptions { Prior = 1 });
        Assert.Throws<OperationCanceledException>(() => new NoiseScan().Find(data, predictions, cancellation: new CancellationToken(canceled: true)));
    }
}
