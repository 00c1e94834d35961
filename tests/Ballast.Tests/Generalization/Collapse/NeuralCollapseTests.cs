using Ballast.Core;
using Ballast.Generalization.Collapse;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;

namespace Ballast.Tests.Generalization.Collapse;

public sealed class NeuralCollapseTests
{
    [Property(MaxTest = 300)]
    public Property The_mode_is_the_global_minimum_of_its_scalar_problem() => Prop.ForAll(Gen.Choose(0, 1_000_000).ToArbitrary(), seed =>
    {
        var random = RandomStream.For(seed, "scalar problem");
        var layers = 1 + random.Next(5);
        int[] counts = [.. Enumerable.Range(0, 3).Select(_ => 1 + random.Next(500))];
        double[] lambdaW = [.. Enumerable.Range(0, layers).Select(_ => Math.Pow(10, -4 * random.NextDouble() - 0.5))];

        var prediction = NeuralCollapse.Predict(counts, lambdaW, Math.Pow(10, -4 * random.NextDouble() - 1));

        Assert.All(prediction.Classes, predicted =>
        {
            double Cost(double x) => 1 / (Math.Pow(x, layers) + 1) + predicted.Pressure * x;
            var best = Cost(predicted.Mode!.Value);
            for (var x = 0.0; x < 20; x += 0.01)
                Assert.True(best <= Cost(x) + 1e-12);
            Assert.Equal(predicted.Mode == 0, predicted.Collapsed);
            Assert.Equal(predicted.Count > prediction.MinSamplesToSurvive, !predicted.Collapsed);
        });
    });

    [Property(MaxTest = 100)]
    public Property The_order_of_the_classes_does_not_matter() => Prop.ForAll(Gen.Choose(0, 1_000_000).ToArbitrary(), seed =>
    {
        var random = RandomStream.For(seed, "order");
        int[] counts = [.. Enumerable.Range(0, 5).Select(_ => 1 + random.Next(100))];
        var order = random.Permutation(5);
        var width = 1 + random.Next(6);

        var given = NeuralCollapse.Predict(counts, [0.002, 0.003], 0.0005, width);
        var shuffled = NeuralCollapse.Predict(order.Select(k => counts[k]).ToArray(), [0.002, 0.003], 0.0005, width);

        Assert.Equal(order.Select(k => given.Classes[k]), shuffled.Classes);
        Assert.Equal(given.OptimalLoss, shuffled.OptimalLoss, 1e-12);
    });

    [Fact]
    public void The_largest_weight_decay_is_the_boundary_of_collapse()
    {
        int[] counts = [300, 40, 7];
        for (var layers = 1; layers <= 4; layers++)
        {
            var limit = NeuralCollapse.MaxWeightDecay(counts, layers, 0.001);
            GofPrediction At(double lambda) => NeuralCollapse.Predict(counts, Enumerable.Repeat(lambda, layers).ToArray(), 0.001);

            Assert.Empty(At(limit * 0.999).CollapsedClasses);
            Assert.Equal([2], At(limit * 1.001).CollapsedClasses);
            Assert.Equal(ClassFate.AtThreshold, At(limit).Classes[2].Fate);
        }
    }

    [Fact]
    public void A_narrow_network_keeps_the_largest_classes_and_says_where_it_cannot_choose()
    {
        int[] counts = [10, 50, 20, 20];

        var three = NeuralCollapse.Predict(counts, [0.001], 0.001, width: 3);
        var two = NeuralCollapse.Predict(counts, [0.001], 0.001, width: 2);

        Assert.Equal([ClassFate.BeyondWidth, ClassFate.Survives, ClassFate.Survives, ClassFate.Survives], three.Classes.Select(k => k.Fate));
        Assert.Equal([ClassFate.BeyondWidth, ClassFate.Survives, ClassFate.Undetermined, ClassFate.Undetermined], two.Classes.Select(k => k.Fate));
        Assert.Null(two.Classes[2].ClassifierSquaredNorm);
        Assert.True(two.OptimalLoss > three.OptimalLoss);
        Assert.Throws<ArgumentException>(() => CollapseTarget.Gof(two));
    }

    [Fact]
    public void Cross_entropy_ends_at_the_known_margin()
    {
        var prediction = NeuralCollapse.PredictCrossEntropy(4, 20, [0.005], 0.0005);

        Assert.Equal(4.930302, prediction.Margin, 1e-6);
        Assert.Equal(0.126028943, prediction.OptimalLoss, 1e-9);
        Assert.True(NeuralCollapse.PredictCrossEntropy(4, 20, [0.5, 0.5], 0.5).Collapsed);
    }

    [Theory]
    [InlineData(new[] { 5 }, 0.1, 0.1)]
    [InlineData(new[] { 5, 0 }, 0.1, 0.1)]
    [InlineData(new[] { 5, 3 }, 0, 0.1)]
    [InlineData(new[] { 5, 3 }, 0.1, double.NaN)]
    public void Bad_counts_and_decays_are_refused(int[] counts, double lambdaW, double lambdaH) =>
        Assert.ThrowsAny<ArgumentException>(() => NeuralCollapse.Predict(counts, [lambdaW], lambdaH));

    [Fact]
    public void A_collapsed_layer_measures_as_collapsed()
    {
        // Three classes at the vertices of a simplex, five samples each, classifier = class means.
        double[,] simplex = { { 1, 0 }, { -0.5, Math.Sqrt(0.75) }, { -0.5, -Math.Sqrt(0.75) } };
        var labels = Enumerable.Range(0, 15).Select(i => i / 5).ToArray();
        var features = labels.SelectMany(k => new[] { simplex[k, 0], simplex[k, 1] }).ToArray();

        var report = NeuralCollapse.Measure(features, labels, new LinearLayer([.. simplex.Cast<double>()], 3), CollapseTarget.Etf);

        Assert.Equal(0, report.Nc1!.Value, 1e-15);
        Assert.All([report.Nc2, report.Nc2H, report.Nc3], distance => Assert.Equal(0, distance!.Value, 1e-12));
        Assert.Equal(1, report.Nc4);
        Assert.All(report.Alignment, cosine => Assert.Equal(1, cosine!.Value, 1e-12));
    }

    [Fact]
    public void What_has_no_value_is_null()
    {
        double[] features = [1, 2, 1, 2, 1, 2];
        int[] labels = [0, 1, 2];

        var report = NeuralCollapse.Measure(features, labels, new LinearLayer(new double[6], 3), CollapseTarget.Etf);

        Assert.Null(report.Nc1);
        Assert.Null(report.Nc2);
        Assert.Null(report.Nc2H);
        Assert.Null(report.Nc3);
        Assert.All(report.Alignment, Assert.Null);
    }

    [Property(MaxTest = 40)]
    public Property Nc1_equals_the_definition_for_wide_and_narrow_features() => Prop.ForAll(Gen.Choose(0, 1_000_000).ToArbitrary(), seed =>
    {
        var random = RandomStream.For(seed, "nc1");
        var (classes, width) = (2 + random.Next(5), 1 + random.Next(8));
        int[] labels = [.. Enumerable.Range(0, classes), .. Enumerable.Range(0, 30).Select(_ => random.Next(classes))];
        var features = Enumerable.Range(0, labels.Length * width).Select(_ => random.NextGaussian()).ToArray();
        var layer = new LinearLayer(Enumerable.Range(0, classes * width).Select(_ => random.NextGaussian()).ToArray(), classes);
        foreach (var center in Enum.GetValues<GlobalMean>())
        {
            var wanted = NaiveNc1(features, labels, classes, width, center);

            Assert.Equal(wanted, NeuralCollapse.Measure(features, labels, layer, CollapseTarget.Of, center).Nc1!.Value, 1e-6 * (1 + wanted));
        }
    });

    [Fact]
    public void Float32_features_measure_as_their_doubles_do_and_blocks_change_nothing()
    {
        var random = RandomStream.For(0, "many rows");
        var labels = Enumerable.Range(0, 5000).Select(i => i % 4).ToArray();
        var narrow = Enumerable.Range(0, 5000 * 6).Select(_ => (float)random.NextGaussian()).ToArray();
        var layer = new LinearLayer(Enumerable.Range(0, 24).Select(_ => random.NextGaussian()).ToArray(), 4, [1, 0, 0, -1]);

        var wide = NeuralCollapse.Measure(Array.ConvertAll(narrow, value => (double)value), labels, layer, CollapseTarget.Of);
        var again = NeuralCollapse.Measure(narrow, labels, layer, CollapseTarget.Of);

        Assert.Equal(wide.Nc1, again.Nc1);
        Assert.Equal(wide.Nc3, again.Nc3);
        Assert.Equal(wide.Nc4, again.Nc4);
    }

    [Fact]
    public void A_chain_is_measured_at_each_layer()
    {
        var random = RandomStream.For(0, "chain");
        int[] labels = [.. Enumerable.Range(0, 20).Select(i => i % 2)];
        var features = Enumerable.Range(0, 60).Select(_ => random.NextGaussian()).ToArray();
        LinearLayer first = new(Enumerable.Range(0, 12).Select(_ => random.NextGaussian()).ToArray(), 4), last = new(Enumerable.Range(0, 8).Select(_ => random.NextGaussian()).ToArray(), 2);

        var chain = NeuralCollapse.MeasureChain(features, labels, [first, last], CollapseTarget.Of);
        var plain = NeuralCollapse.MeasureChain(features, labels, [new LinearLayer(first.Weight[..6], 2)], CollapseTarget.Of);

        Assert.Equal(2, chain.Nc1.Count);
        Assert.Equal(2, chain.Nc2.Count);
        Assert.Equal(plain.Nc1[0], chain.Nc1[0]);
        Assert.Throws<ArgumentException>(() => NeuralCollapse.MeasureChain(features, labels, [last, first], CollapseTarget.Of));
    }

    [Fact]
    public void Layers_and_labels_that_do_not_fit_are_refused()
    {
        double[] features = [1, 2, 3, 4];
        var layer = new LinearLayer([1, 0, 0, 1], 2);

        Assert.Throws<ArgumentException>(() => NeuralCollapse.Measure(features, (int[])[0, 2], layer, CollapseTarget.Etf));
        Assert.Throws<ArgumentException>(() => NeuralCollapse.Measure(features, (int[])[0, 0], layer, CollapseTarget.Etf));
        Assert.Throws<ArgumentException>(() => NeuralCollapse.Measure(features, (int[])[0, 1, 1, 0], layer, CollapseTarget.Etf));
        Assert.Throws<ArgumentException>(() => NeuralCollapse.Measure((double[])[1, double.NaN, 3, 4], (int[])[0, 1], layer, CollapseTarget.Etf));
        Assert.Throws<ArgumentException>(() => NeuralCollapse.Measure(features, (int[])[0, 1], layer, CollapseTarget.Gof(NeuralCollapse.Predict([3, 2, 1], [0.01], 0.01))));
        Assert.Throws<ArgumentException>(() => new LinearLayer([1, 2, 3], 2));
        Assert.Throws<ArgumentException>(() => new LinearLayer([1, double.NaN], 2));
    }

    private static double NaiveNc1(double[] features, int[] labels, int classes, int width, GlobalMean center)
    {
        var rows = MathNet.Numerics.LinearAlgebra.Matrix<double>.Build.DenseOfRowMajor(labels.Length, width, features);
        var means = Enumerable.Range(0, classes).Select(k => labels.Index().Where(item => item.Item == k).Select(item => rows.Row(item.Index)).Aggregate((a, b) => a + b) / labels.Count(l => l == k)).ToArray();
        var global = center == GlobalMean.Samples ? rows.ColumnSums() / labels.Length : means.Aggregate((a, b) => a + b) / classes;
        var within = labels.Index().Select(item => rows.Row(item.Index) - means[item.Item]).Select(v => v.OuterProduct(v)).Aggregate((a, b) => a + b) / labels.Length;
        var between = means.Select(m => m - global).Select(v => v.OuterProduct(v)).Aggregate((a, b) => a + b) / classes;
        var svd = between.Svd();
        var inverse = svd.VT.Transpose() * MathNet.Numerics.LinearAlgebra.Matrix<double>.Build.DenseOfDiagonalVector(svd.S.Map(s => s > 1e-10 * svd.S[0] ? 1 / s : 0)) * svd.U.Transpose();
        return (within * inverse).Trace() / classes;
    }
}
