using Ballast.Core;
using Ballast.Evaluation.Slices;
using Ballast.Evaluation.Slices.Noise;

namespace Ballast.Tests.Evaluation.Slices.Noise;

public sealed class LocalNoiseTests
{
    private static readonly NoiseRegion region = new(new SliceCandidate("a < 1", [], [1]), Rate: 0.4, RateElsewhere: 0.05, LogBayesFactor: 9, Probability: 0.99);

    [Fact]
    public void Where_labels_are_wrong_more_often_the_given_label_is_worth_less_by_the_odds()
    {
        var predictions = new Predictions([0.7, 0.2, 0.1, 0.7, 0.2, 0.1], 3);
        var noise = new LocalNoise(0.05, new[] { 0.05, 0.4 }, [region]);

        var judged = noise.Judge(predictions, [0, 0]);

        Assert.Equal(predictions.Row(0), judged.Row(0));
        var odds = 0.7 / 0.3 * (0.6 / 0.95) / (0.4 / 0.05);
        Assert.Equal(odds / (1 + odds), judged[1, 0], 1e-12);
        Assert.Equal(2, judged[1, 1] / judged[1, 2], 1e-12);
        Assert.Equal(1, judged.Row(1).ToArray().Sum(), 1e-12);
    }

    [Fact]
    public void Without_parts_probabilities_are_left_as_they_are()
    {
        var predictions = new Predictions([0.7, 0.3], 2);

        Assert.Same(predictions, new LocalNoise(0.05, new[] { 0.05 }, []).Judge(predictions, [1]));
    }

    [Fact]
    public void Certain_labels_stay_certain()
    {
        var judged = new LocalNoise(0.05, new[] { 0.5, 0.5 }, [region]).Judge(new Predictions([1, 0, 1, 0], 2), [0, 1]);

        Assert.Equal(1, judged[0, 0]);
        Assert.Equal(0, judged[1, 1]);
    }

    [Fact]
    public void Lengths_must_agree() =>
        Assert.Throws<ArgumentException>(() => new LocalNoise(0.05, new[] { 0.05 }, [region]).Judge(new Predictions([1, 0, 1, 0], 2), [0, 1]));
}
