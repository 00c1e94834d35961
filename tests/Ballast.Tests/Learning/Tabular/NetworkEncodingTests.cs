using Ballast.Core;
using Ballast.Learning.Tabular;

namespace Ballast.Tests.Learning.Tabular;

public sealed class NetworkEncodingTests
{
    private static readonly float[] Ones = [1, 1, 1, 1];

    [Fact]
    public void Numbers_come_first_then_missing_indicators_then_codes()
    {
        var data = new Dataset(
            new float[] { 1, 5, float.NaN, 3, 2, 5, 0, 1, 3, 5, 2, 3, 6, 5, 2, float.NaN }, 4,
            [FeatureColumn.Numeric("a"), FeatureColumn.Numeric("constant"), FeatureColumn.Numeric("b"), FeatureColumn.Categorical("c", ["w", "x", "y", "z"])]);

        var encoding = NetworkEncoding.Learn(data, Ones);
        var rows = encoding.Apply(data);

        Assert.Equal((4, 5), (encoding.Shape.Numerics, encoding.Shape.Width));
        Assert.Equal([4], encoding.Shape.Categories);
        Assert.Equal(["a", "b", "b missing", "c missing", "c"], rows.Columns.Select(column => column.Name));
        Assert.Equal([1, 0, 0, 0], Column(rows, 2));
        Assert.Equal([0, 0, 0, 1], Column(rows, 3));
        Assert.Equal([1, 0, 1, 2], Column(rows, 4));
        Assert.Equal(0, Column(rows, 0).Average(), 1e-6);
        Assert.Equal(1, Math.Sqrt(Column(rows, 0).Average(v => v * v)), 1e-6);
    }

    [Fact]
    public void Unseen_categories_have_a_code_of_their_own()
    {
        var train = new Dataset(new float[] { 0, 2, 2, 0 }, 4, [FeatureColumn.Categorical("c", ["w", "x", "y"])]);
        var encoding = NetworkEncoding.Learn(train, Ones);

        var rows = encoding.Apply(new Dataset(new float[] { 2, 1, float.NaN, 0 }, 4, train.Columns));

        Assert.Equal([1, 3, 2, 0], Column(rows, 0));
    }

    [Fact]
    public void Quantiles_make_any_distribution_normal_and_keep_the_order()
    {
        var random = RandomStream.For(1, "quantiles");
        var values = Enumerable.Range(0, 3000).Select(_ => (float)Math.Exp(3 * random.NextGaussian())).ToArray();
        var data = new Dataset(values, values.Length, [FeatureColumn.Numeric("a")]);
        var encoding = NetworkEncoding.Learn(data, Enumerable.Repeat(1f, values.Length).ToArray(), NumericScaling.Quantile);

        var scores = Column(encoding.Apply(data), 0);

        Assert.Equal(0, scores.Average(), 0.01);
        Assert.Equal(1, Math.Sqrt(scores.Average(v => v * v)), 0.02);
        Assert.Equal(scores.Order(), values.Index().OrderBy(pair => pair.Item).Select(pair => scores[pair.Index]));
        Assert.Equal(QuantileScale.Knots, encoding.Quantiles![0].Values.Count);
    }

    [Fact]
    public void Quantiles_weigh_rows_as_repeats_and_end_where_training_ended()
    {
        var once = QuantileScale.Learn([1, 2, 4], [1, 2, 1]);
        var repeated = QuantileScale.Learn([1, 2, 2, 4], [1, 1, 1, 1]);

        Assert.Equal(repeated.Scores, once.Scores, (a, b) => Math.Abs(a - b) < 1e-12);
        Assert.Equal(0, once.Apply(2), 1e-12);
        Assert.Equal(once.Scores[2] / 2, once.Apply(3), 1e-12);
        Assert.Equal(once.Scores[^1], once.Apply(1e9));
        Assert.Equal(once.Scores[0], once.Apply(-1e9));
    }

    [Fact]
    public void Infinite_features_are_refused_by_row()
    {
        var data = new Dataset(new float[] { 0, 2, 2, 0 }, 4, [FeatureColumn.Numeric("a")]);
        var encoding = NetworkEncoding.Learn(data, Ones);

        Assert.Contains("row 2", Assert.Throws<ArgumentException>(() => encoding.Apply(new Dataset(new float[] { 0, float.PositiveInfinity }, 2, data.Columns))).Message);
    }

    private static double[] Column(Dataset rows, int column) => [.. Enumerable.Range(0, rows.Count).Select(i => (double)rows.Row(i)[column])];
}
