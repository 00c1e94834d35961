using Ballast.Core;
using Ballast.Learning.Adversarial;
using Ballast.Numerics.Intervals;
using Ballast.Robustness.Disparity;
using FsCheck.Xunit;

namespace Ballast.Tests.Robustness.Disparity;

public sealed class GaussianDisparityTests
{
    [Property(MaxTest = 60)]
    public void No_other_direction_has_a_greater_worst_case_margin(int seed, bool euclidean, byte size)
    {
        var (random, width) = (RandomStream.For(seed, "disparity tests"), 2 + Math.Abs(seed % 9));
        var (mean, covariance) = Problem(random, width);
        var norm = euclidean ? PerturbationNorm.L2 : PerturbationNorm.LInfinity;
        var epsilon = size / 256.0 * (euclidean ? 1.5 : 0.8);

        var forecast = AccuracyDisparity.Gaussian(mean, covariance, norm, epsilon, 5);

        Assert.True(forecast.RobustMargin <= forecast.NaturalMargin + 1e-12 && forecast.NaturalMargin <= forecast.StandardMargin + 1e-9);
        for (var trial = 0; trial < 300; trial++)
        {
            // Far from the optimum, and near it.
            var w = Enumerable.Range(0, width).Select(j => (trial % 2 == 0 ? 0 : forecast.W[j]) + (trial % 2 == 0 ? 1 : 0.05) * random.NextGaussian()).ToArray();
            Assert.True(Margin(w, mean, covariance, norm, epsilon) <= forecast.RobustMargin + 1e-7);
        }
        if (forecast.RobustMargin > 0)
            Assert.Equal(forecast.RobustMargin, Margin([.. forecast.W], mean, covariance, norm, epsilon), 1e-9);
    }

    [Property(MaxTest = 60)]
    public void Losses_are_the_sum_of_both_effects_and_robustness_never_lessens_disparity(int seed, bool euclidean, byte size)
    {
        var random = RandomStream.For(seed, "disparity tests");
        var (mean, covariance) = Problem(random, 4);
        var ratio = 1 + 20 * random.NextDouble();

        var forecast = AccuracyDisparity.Gaussian(mean, covariance, euclidean ? PerturbationNorm.L2 : PerturbationNorm.LInfinity, size / 400.0, ratio);

        Assert.Equal(forecast.StandardAccuracyFrequent - forecast.AccuracyFrequent, forecast.InherentEffect + forecast.ImbalanceEffectFrequent, 1e-12);
        Assert.Equal(forecast.StandardAccuracyRare - forecast.AccuracyRare, forecast.InherentEffect + forecast.ImbalanceEffectRare, 1e-12);
        Assert.True(forecast.InherentEffect >= -1e-12);
        Assert.True(forecast.Gap >= -1e-12);
        Assert.True(forecast.RobustAccuracyRare <= forecast.AccuracyRare + 1e-12);
    }

    [Fact]
    public void Balanced_classes_have_no_disparity_and_isotropic_noise_no_inherent_effect_in_L2()
    {
        double[] mean = [0.5, -1, 2];
        var identity = Identity(3);

        var balanced = AccuracyDisparity.Gaussian(mean, identity, PerturbationNorm.LInfinity, 0.2, 1);
        var sphere = AccuracyDisparity.Gaussian(mean, identity, PerturbationNorm.L2, 1, 10);

        Assert.Equal(0, balanced.Disparity, 12);
        Assert.True(balanced.InherentEffect > 0);
        Assert.Equal(0, sphere.InherentEffect, 12);
        Assert.True(sphere.Gap > 0);
    }

    [Fact]
    public void Beyond_the_reach_of_every_linear_classifier_the_rare_class_is_given_up()
    {
        var forecast = AccuracyDisparity.Gaussian([0.3, -0.2], Identity(2), PerturbationNorm.LInfinity, 0.3, 4);

        Assert.True(forecast.Collapsed);
        Assert.False(forecast.StandardCollapsed);
        Assert.Equal((1, 0, 0), (forecast.AccuracyFrequent, forecast.AccuracyRare, forecast.RobustMargin));
    }

    [Fact]
    public void Bad_input_is_refused_and_the_smallest_eigenvalue_named()
    {
        double[] mean = [1, 1];
        var singular = new double[,] { { 1, 2 }, { 2, 1 } };

        var error = Assert.Throws<ArgumentException>(() => AccuracyDisparity.Gaussian(mean, singular, PerturbationNorm.L2, 0.1, 2));

        Assert.Contains("-1", error.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => AccuracyDisparity.Gaussian(mean, new double[,] { { 1, 0.5 }, { 0, 1 } }, PerturbationNorm.L2, 0.1, 2));
        Assert.Throws<ArgumentException>(() => AccuracyDisparity.Gaussian(mean, Identity(3), PerturbationNorm.L2, 0.1, 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => AccuracyDisparity.Gaussian(mean, Identity(2), PerturbationNorm.L2, -0.1, 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => AccuracyDisparity.Gaussian(mean, Identity(2), PerturbationNorm.L2, 0.1, 0.9));
        Assert.Throws<ArgumentOutOfRangeException>(() => AccuracyDisparity.Gaussian(mean, Identity(2), PerturbationNorm.L2, 0.1, double.NaN));
    }

    [Fact]
    public void Means_and_the_shrunk_covariance_of_rows_equal_scikit_learns()
    {
        var (features, labels) = Rows();

        var classes = ClassGaussians.Estimate(features, 4, labels, ["a", "b"]);
        var pair = classes.Pair(0, 1, PerturbationNorm.L2, 0, ratio: 3);

        // sklearn.covariance.ledoit_wolf(assume_centered=True) on rows centred by their class.
        Assert.Equal(0.07538317072266867, classes.Shrinkage, 1e-7);
        Assert.Equal(5.792253455393974, pair.Forecast.StandardMargin, 1e-5);
        Assert.Equal(Math.Log(3) / (2 * pair.Forecast.StandardMargin), pair.Forecast.InterceptInUnitsOfScale, 12);
        Assert.Single(classes.Pairs(PerturbationNorm.L2, 0.1));
        var few = Assert.Throws<ArgumentException>(() => ClassGaussians.Estimate(features.AsSpan()[..8], 4, [0, 1], ["cat", "dog"]));
        Assert.Contains("'cat'", few.Message, StringComparison.Ordinal);
        features[3] = float.NaN;
        Assert.Throws<ArgumentException>(() => ClassGaussians.Estimate(features, 4, labels, ["a", "b"]));
    }

    [Fact]
    public void A_measured_loss_splits_into_what_balanced_models_lose_and_the_rest()
    {
        // 10 rows of each class. Balanced: robustness costs 1 of 10 of class 0 and 3 of 10 of class 1; imbalanced: 0 and 5.
        int[] labels = [.. Enumerable.Range(0, 20).Select(i => i / 10)];
        bool[] Right(int wrongFirst, int wrongSecond) => [.. Enumerable.Range(0, 20).Select(i => i % 10 >= (i < 10 ? wrongFirst : wrongSecond))];

        var parts = DisparityDecomposition.Of(labels, new ModelPair(Right(0, 2), Right(0, 7)), new ModelPair(Right(1, 1), Right(2, 4)), new BootstrapOptions { Draws = 200 });

        Assert.Equal([0, 0.5], parts.Select(part => part.Total.Value), new Close());
        Assert.All(parts, part => Assert.Equal(0.2, part.Inherent.Value, 12));
        Assert.Equal([-0.2, 0.3], parts.Select(part => part.Imbalance.Value), new Close());
        Assert.All(parts, part => Assert.True(part.Imbalance.Interval.Contains(part.Imbalance.Value)));
        Assert.Throws<ArgumentException>(() => DisparityDecomposition.Of(labels, new ModelPair(Right(0, 0), [true]), new ModelPair(Right(0, 0), Right(0, 0))));
    }

    [Fact]
    public void The_exact_robust_loss_is_the_greatest_in_the_ball_and_training_lowers_it()
    {
        var random = RandomStream.For(3, "robust logistic tests");
        const int rows = 400, width = 5;
        var (x, y) = (new float[rows * width], new int[rows]);
        for (var i = 0; i < rows; i++)
        {
            y[i] = i % 3 == 0 ? -1 : 1;
            for (var j = 0; j < width; j++)
                x[i * width + j] = (float)(y[i] * (j == 0 ? 0.8 : 0.2) + random.NextGaussian());
        }
        var wide = Array.ConvertAll(x, value => (double)value);
        foreach (var norm in Enum.GetValues<PerturbationNorm>())
        {
            var robust = new RobustLogisticRegression(norm, 0.15);
            var plain = new RobustLogisticRegression(norm, 0);

            var model = robust.Fit(x, width, y);

            var (loss, _, _) = robust.LossAt(wide, y, model);
            Assert.True(loss < robust.LossAt(wide, y, plain.Fit(x, width, y)).Loss);
            Assert.True(loss > plain.LossAt(wide, y, model).Loss);
            // The worst perturbation of a linear model is known; moved by it, the plain loss is the robust one.
            var length = Math.Sqrt(model.W.Sum(w => w * w));
            var moved = wide.Select((value, i) => value - y[i / width] * 0.15 * (norm == PerturbationNorm.L2 ? model.W[i % width] / length : Math.Sign(model.W[i % width]))).ToArray();
            Assert.Equal(loss, plain.LossAt(moved, y, model).Loss, 1e-9);
            Assert.Equal(model.W, robust.Fit(x, width, y).W);
        }
        Assert.Throws<ArgumentException>(() => new RobustLogisticRegression(PerturbationNorm.L2, 0).Fit(new float[4], 2, new[] { 1, 1 }));
        Assert.Throws<ArgumentException>(() => new RobustLogisticRegression(PerturbationNorm.L2, 0).Fit(new float[10], 2, new[] { 1, 1, -1, -1, 0 }));
        Assert.ThrowsAny<OperationCanceledException>(() => new RobustLogisticRegression(PerturbationNorm.L2, 0).Fit(x, width, y, new CancellationToken(true)));
    }

    private static (float[] Features, int[] Labels) Rows()
    {
        var features = new float[14 * 4];
        for (var i = 0; i < 14; i++)
            for (var j = 0; j < 4; j++)
                features[i * 4 + j] = (float)(Math.Sin(1 + 3 * i + j * j) + (i % 2) * j * 0.3);
        return (features, [.. Enumerable.Range(0, 14).Select(i => i % 2)]);
    }

    private static (double[] Mean, double[,] Covariance) Problem(RandomStream random, int width)
    {
        var factor = new double[width, width];
        for (var i = 0; i < width; i++)
            for (var j = 0; j < width; j++)
                factor[i, j] = random.NextGaussian();
        var covariance = new double[width, width];
        for (var i = 0; i < width; i++)
            for (var j = 0; j < width; j++)
                covariance[i, j] = (i == j ? 0.1 : 0) + Enumerable.Range(0, width).Sum(k => factor[i, k] * factor[j, k]) / width;
        return ([.. Enumerable.Range(0, width).Select(_ => random.NextGaussian())], covariance);
    }

    private static double Margin(double[] w, double[] mean, double[,] covariance, PerturbationNorm norm, double epsilon)
    {
        var variance = 0.0;
        for (var i = 0; i < w.Length; i++)
            for (var j = 0; j < w.Length; j++)
                variance += w[i] * covariance[i, j] * w[j];
        var reach = norm == PerturbationNorm.L2 ? Math.Sqrt(w.Sum(value => value * value)) : w.Sum(Math.Abs);
        return (w.Zip(mean, (a, b) => a * b).Sum() - epsilon * reach) / Math.Sqrt(variance);
    }

    private static double[,] Identity(int width)
    {
        var identity = new double[width, width];
        for (var i = 0; i < width; i++)
            identity[i, i] = 1;
        return identity;
    }

    private sealed class Close : IEqualityComparer<double>
    {
        public bool Equals(double x, double y) => Math.Abs(x - y) < 1e-12;

        public int GetHashCode(double value) => 0;
    }
}
