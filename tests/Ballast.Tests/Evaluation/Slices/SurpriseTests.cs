using Ballast.Core;
using Ballast.Evaluation.Slices;

namespace Ballast.Tests.Evaluation.Slices;

public sealed class SurpriseTests
{
    /// <summary>Rows x in [0, 1) with a town; labels drawn from chances that <paramref name="truth"/> gives, predicted as <paramref name="model"/> says.</summary>
    private static (Dataset Data, Predictions Predictions) Table(int rows, int seed, Func<float, int, double> truth, Func<double, double>? model = null, Func<float, int, double>? known = null)
    {
        var random = RandomStream.For(seed, "surprise");
        var (features, labels, values) = (new float[2 * rows], new int[rows], new double[2 * rows]);
        for (var i = 0; i < rows; i++)
        {
            (features[2 * i], features[2 * i + 1]) = ((float)random.NextDouble(), random.Next(3));
            var chance = truth(features[2 * i], (int)features[2 * i + 1]);
            var told = (known ?? truth)(features[2 * i], (int)features[2 * i + 1]);
            labels[i] = random.NextDouble() < chance ? 1 : 0;
            var p = model is null ? told : model(told);
            (values[2 * i], values[2 * i + 1]) = (1 - p, p);
        }
        return (new Dataset(features, rows, [FeatureColumn.Numeric("x"), FeatureColumn.Categorical("town", ["Oslo", "Bergen", "Molde"])], labels: labels, classNames: ["no", "yes"]), new Predictions(values, 2));
    }

    private static double Hard(float x, int town) => town == 1 ? 0.5 : x < 0.5 ? 0.03 : 0.95;

    private static SliceReport Seek(Dataset data, Predictions predictions, int seed = 0) =>
        new SliceFinder(Surprise.Options(new SliceFinderOptions { Seed = seed })).Find(data, Surprise.Of(predictions, data.Labels.Span).Losses);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void Where_probabilities_are_right_its_mean_is_zero_in_hard_and_easy_parts_alike(int town)
    {
        var (data, predictions) = Table(30_000, 1, Hard);

        var losses = Surprise.Of(predictions, data.Labels.Span).Losses.Where((_, i) => data.Row(i)[1] == town).ToArray();

        Assert.InRange(losses.Average(), -0.03, 0.03);
    }

    [Fact]
    public void Rows_that_are_hard_as_the_model_knows_are_no_slice_of_surprise()
    {
        var (data, predictions) = Table(6000, 2, Hard);
        bool[] errors = [.. predictions.PredictedClasses().Select((predicted, i) => predicted != data.Labels.Span[i])];

        Assert.Empty(Seek(data, predictions).Slices);
        Assert.Equal("town = 'Bergen'", new SliceFinder().Find(data, errors).Slices[0].Description);
    }

    [Fact]
    public void Rows_that_are_hard_without_the_model_knowing_are_one()
    {
        var (data, predictions) = Table(6000, 3, (x, town) => town == 2 && x > 0.6f ? 0.6 : Hard(x, town), known: Hard);

        var slice = Assert.Single(Seek(data, predictions).Slices);

        Assert.Contains("town = 'Molde'", slice.Description, StringComparison.Ordinal);
        Assert.Matches("x >= 0\\.[56]", slice.Description);
    }

    [Fact]
    public void A_model_that_is_too_sure_everywhere_makes_no_slices()
    {
        var (data, predictions) = Table(6000, 4, (x, _) => 0.1 + 0.8 * x, model: p => Math.Pow(p, 3) / (Math.Pow(p, 3) + Math.Pow(1 - p, 3)));

        Assert.Empty(Seek(data, predictions).Slices);
    }

    [Fact]
    public void Probabilities_of_0_and_1_give_finite_values()
    {
        var predictions = new Predictions([1, 0, 0, 1, 1, 0], 2);

        var surprise = Surprise.Of(predictions, [0, 0, 1]);

        Assert.All(surprise.Losses, loss => Assert.True(double.IsFinite(loss)));
        Assert.All(surprise.ExpectedErrors, error => Assert.InRange(error, 0, 0.5));
    }

    [Fact]
    public void Labels_must_fit()
    {
        var predictions = new Predictions([0.5, 0.5, 0.2, 0.8], 2);

        Assert.Throws<ArgumentException>(() => Surprise.Of(predictions, [0]));
        Assert.ThrowsAny<ArgumentException>(() => Surprise.Of(predictions, [0, 2]));
        Assert.ThrowsAny<ArgumentException>(() => Surprise.Of(new Predictions([], 2), []));
    }
}
