using Ballast.Core;
using Ballast.Learning.Tabular;

namespace Ballast.Tests.Learning.Tabular;

public sealed class LinearModelTests
{
    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public void Whole_number_weights_equal_repeated_rows(int classes)
    {
        var data = TableSamples.Classes(classes: classes);
        var weights = Enumerable.Range(0, data.Count).Select(i => i % 4).ToArray();
        int[] repeated = [.. Enumerable.Range(0, data.Count).SelectMany(i => Enumerable.Repeat(i, weights[i]))];

        var weighted = (TrainedLogisticRegression)new LogisticRegression().Fit(data.WithWeights(weights.Select(w => (float)w).ToArray()));
        var again = (TrainedLogisticRegression)new LogisticRegression().Fit(data.Select(repeated));

        Assert.Equal(again.Coefficients.ToArray(), weighted.Coefficients.ToArray(), (a, b) => Math.Abs(a - b) < 1e-5);
    }

    [Fact]
    public void The_order_of_rows_does_not_matter()
    {
        var data = TableSamples.Classes();
        var shuffled = data.Select(RandomStream.For(1, "order").Permutation(data.Count));

        var (a, b) = ((TrainedLogisticRegression)new LogisticRegression().Fit(data), (TrainedLogisticRegression)new LogisticRegression().Fit(shuffled));

        Assert.Equal(a.Coefficients.ToArray(), b.Coefficients.ToArray(), (x, y) => Math.Abs(x - y) < 1e-5);
    }

    [Fact]
    public void The_scale_of_a_feature_does_not_matter()
    {
        var data = TableSamples.Classes();
        var features = data.Features.ToArray();
        for (var i = 0; i < data.Count; i++)
            features[4 * i] = features[4 * i] * 1024 + 5;
        var scaled = new Dataset(features, data.Count, data.Columns, labels: data.Labels, classNames: data.ClassNames);

        var (a, b) = (new LogisticRegression().Fit(data).Predict(data), new LogisticRegression().Fit(scaled).Predict(scaled));

        Assert.Equal(a.Values.ToArray(), b.Values.ToArray(), (x, y) => Math.Abs(x - y) < 1e-4);
    }

    [Theory]
    [InlineData(2, 0.1)]
    [InlineData(2, 10)]
    [InlineData(4, 1)]
    public void The_optimum_satisfies_the_stationarity_equations(int classes, double c)
    {
        // At the minimum X'(p - y) + W/C = 0 and the residuals of each output sum to 0, worked out here row by row.
        var data = TableSamples.Classes(classes: classes);
        var model = (TrainedLogisticRegression)new LogisticRegression(new() { C = c }).Fit(data);
        var (matrix, predictions) = (model.Encoding.Apply(data), model.Predict(data));
        var outputs = classes == 2 ? 1 : classes;

        for (var k = 0; k < outputs; k++)
        {
            var own = model.Coefficients.Slice(k * (matrix.Width + 1), matrix.Width + 1).ToArray();
            var sums = new double[matrix.Width + 1];
            for (var i = 0; i < data.Count; i++)
            {
                var label = k + classes - outputs;
                var residual = predictions[i, label] - (data.Labels.Span[i] == label ? 1 : 0);
                var row = matrix.Row(i);
                for (var j = 0; j < matrix.Width; j++)
                    sums[j] += row[j] * residual;
                sums[^1] += residual;
            }
            for (var j = 0; j < matrix.Width; j++)
                Assert.Equal(0, sums[j] + own[j] / c, 1e-4);
            Assert.Equal(0, sums[^1], 1e-4);
        }
        Assert.True(model.Converged);
    }

    [Fact]
    public void Wide_tables_reach_the_same_optimum_by_L_BFGS()
    {
        // 400 one-hot columns and 3 classes exceed the largest Hessian; the equations of the optimum are the judge again.
        var random = RandomStream.For(1, "wide");
        var columns = Enumerable.Range(0, 400).Select(i => $"{i}").ToArray();
        var features = Enumerable.Range(0, 1200).SelectMany(i => new[] { i % 400, (float)random.NextGaussian() }).ToArray();
        var data = new Dataset(
            features, 1200, [FeatureColumn.Categorical("many", columns), FeatureColumn.Numeric("x")],
            labels: Enumerable.Range(0, 1200).Select(i => (i % 400 + i / 400) % 3).ToArray(), classNames: ["a", "b", "c"]);

        var model = (TrainedLogisticRegression)new LogisticRegression().Fit(data);

        var (matrix, predictions) = (model.Encoding.Apply(data), model.Predict(data));
        Assert.Equal(401, matrix.Width);
        for (var j = 0; j < matrix.Width; j += 50)
        {
            var sum = Enumerable.Range(0, 1200).Sum(i => matrix.Row(i)[j] * (predictions[i, 1] - (data.Labels.Span[i] == 1 ? 1 : 0)));
            Assert.Equal(0, sum + model.Coefficients[matrix.Width + 1 + j], 1e-4);
        }
    }

    [Fact]
    public void Missing_values_stand_at_the_median_with_a_column_of_their_own()
    {
        var data = TableSamples.Table([1, 2, float.NaN, 9, 2, 30], 1, new int[6], 1);

        var encoding = DesignEncoding.Learn(data, new float[] { 1, 1, 1, 1, 1, 1 });

        var matrix = encoding.Apply(data);
        Assert.Equal(2, encoding.Numerics[0].Median);
        Assert.Equal(matrix.Row(1)[0], matrix.Row(2)[0]);
        Assert.Equal([0, 0, 1, 0, 0, 0], Enumerable.Range(0, 6).Select(i => matrix.Row(i)[1]));
        Assert.Equal(0, Enumerable.Range(0, 6).Sum(i => matrix.Row(i)[0]), 1e-12);
        Assert.Equal(6, Enumerable.Range(0, 6).Sum(i => Math.Pow(matrix.Row(i)[0], 2)), 1e-12);
    }

    [Fact]
    public void Unseen_categories_are_all_zeros()
    {
        var colour = FeatureColumn.Categorical("colour", ["red", "green", "blue"]);
        Dataset Of(params float[] codes) => new(codes, codes.Length, [colour]);

        var encoding = DesignEncoding.Learn(Of(0, 2, 2), new float[] { 1, 1, 1 });

        Assert.Equal([0, 1], encoding.Apply(Of(2)).Row(0));
        Assert.Equal([0, 0], encoding.Apply(Of(1)).Row(0));
        Assert.Equal([0, 0], encoding.Apply(Of(float.NaN)).Row(0));
    }

    [Fact]
    public void Gram_products_equal_the_sums_written_out()
    {
        var data = TableSamples.Classes(1500);
        var weights = Enumerable.Range(0, data.Count).Select(i => 1 + i % 3.0).ToArray();
        var matrix = DesignEncoding.Learn(data, ClassWeights.None.RowWeights(data)).Apply(data);

        var gram = matrix.Gram(weights);

        var rows = Enumerable.Range(0, data.Count).Select(i => (double[])[.. matrix.Row(i), 1]).ToArray();
        for (var a = 0; a <= matrix.Width; a++)
            for (var b = 0; b <= matrix.Width; b++)
                Assert.Equal(Enumerable.Range(0, data.Count).Sum(i => weights[i] * rows[i][a] * rows[i][b]), gram[a, b], 1e-8);
    }

    [Fact]
    public void Infinite_features_are_refused_by_name()
    {
        var data = TableSamples.Table([1, float.PositiveInfinity], 1, [0, 1], 2);

        Assert.Contains("'f0' is infinite in row 2", Assert.Throws<ArgumentException>(() => new LogisticRegression().Fit(data)).Message);
    }

    [Fact]
    public void Ridge_satisfies_its_normal_equations_and_repeats_equal_weights()
    {
        var data = TableSamples.Targets();
        var weights = Enumerable.Range(0, data.Count).Select(i => i % 3).ToArray();
        int[] repeated = [.. Enumerable.Range(0, data.Count).SelectMany(i => Enumerable.Repeat(i, weights[i]))];

        var weighted = (TrainedRidgeRegression)new RidgeRegression(2).Fit(data.WithWeights(weights.Select(w => (float)w).ToArray()));
        var again = (TrainedRidgeRegression)new RidgeRegression(2).Fit(data.Select(repeated));

        Assert.Equal(again.Coefficients.ToArray(), weighted.Coefficients.ToArray(), (a, b) => Math.Abs(a - b) < 1e-8);
        var (matrix, predicted) = (weighted.Encoding.Apply(data), weighted.Predict(data));
        for (var j = 0; j < matrix.Width; j++)
        {
            var sum = Enumerable.Range(0, data.Count).Sum(i => weights[i] * matrix.Row(i)[j] * (predicted[i] - data.Targets.Span[i]));
            Assert.Equal(0, sum + 2 * weighted.Coefficients[j], 1e-6);
        }
        Assert.Equal(0, Enumerable.Range(0, data.Count).Sum(i => weights[i] * (predicted[i] - data.Targets.Span[i])), 1e-6);
    }
}
