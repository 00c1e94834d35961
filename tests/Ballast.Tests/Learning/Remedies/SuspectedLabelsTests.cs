using Ballast.Core;
using Ballast.Learning.Remedies;

namespace Ballast.Tests.Learning.Remedies;

public sealed class SuspectedLabelsTests
{
    private const int Count = 4000;

    [Fact]
    public void Overlapping_classes_with_right_labels_keep_few_suspects()
    {
        var (labels, predictions) = Draw(flipped: 0);

        var suspected = SuspectedLabels.Find(labels, predictions);

        Assert.True(suspected.Ranked.Length < 0.6 * suspected.Issues.Ranked.Length);
        Assert.True(suspected.PlausibleShare.Value < 0.03);
    }

    [Fact]
    public void Flipped_labels_show_in_the_surest_rows()
    {
        var (labels, predictions) = Draw(flipped: 0.08);

        var suspected = SuspectedLabels.Find(labels, predictions);

        Assert.InRange(suspected.PlausibleShare.Value, 0.06, 0.13);
        Assert.True(suspected.PlausibleShare.Interval.Low > 0.04);
    }

    [Fact]
    public void Suspects_are_issues_and_ranked_worst_first()
    {
        var (labels, predictions) = Draw(flipped: 0.05);

        var suspected = SuspectedLabels.Find(labels, predictions);

        Assert.All(suspected.Ranked, i => Assert.True(suspected.Issues.Mask[i] && suspected.Mask[i]));
        Assert.Equal(suspected.Ranked.Length, suspected.Mask.Count(flag => flag));
        Assert.Equal(suspected.Ranked.OrderBy(i => suspected.Issues.Quality[i]).ThenBy(i => i), suspected.Ranked);
    }

    // One feature x of standard normal, log odds 3x: classes overlap in the middle and are sure in the tails.
    private static (int[] Labels, Predictions Predictions) Draw(double flipped)
    {
        var random = RandomStream.For(1, "suspected labels");
        var (labels, values) = (new int[Count], new double[2 * Count]);
        for (var i = 0; i < Count; i++)
        {
            var probability = 1 / (1 + Math.Exp(-3 * random.NextGaussian()));
            (values[2 * i], values[2 * i + 1]) = (1 - probability, probability);
            labels[i] = random.NextDouble() < probability ? 1 : 0;
            if (random.NextDouble() < flipped)
                labels[i] = 1 - labels[i];
        }
        return (labels, new Predictions(values, 2));
    }
}
