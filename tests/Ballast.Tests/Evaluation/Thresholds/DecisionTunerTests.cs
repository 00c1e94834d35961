using System.Text.Json;
using Ballast.Core;
using Ballast.Evaluation.Thresholds;
using Ballast.Tests.Evaluation.Calibration;

namespace Ballast.Tests.Evaluation.Thresholds;

public sealed class DecisionTunerTests
{
    private static double Value(DecisionObjective objective, int[] labels, int[] decisions, int classes)
    {
        var present = Enumerable.Range(0, classes).Where(labels.Contains).ToArray();
        double Recall(int k) => labels.Zip(decisions).Count(p => p.First == k && p.Second == k) / (double)labels.Count(y => y == k);
        double F1(int k) => 2.0 * labels.Zip(decisions).Count(p => p.First == k && p.Second == k) / Math.Max(1, labels.Count(y => y == k) + decisions.Count(d => d == k));
        return objective switch
        {
            DecisionObjective.BalancedAccuracy => present.Average(Recall),
            DecisionObjective.F1 => classes == 2 ? F1(1) : present.Average(F1),
            _ => Math.Pow(present.Aggregate(1.0, (product, k) => product * Recall(k)), 1.0 / present.Length),
        };
    }

    private static (Predictions Predictions, int[] Labels) Rare(int rows, int seed)
    {
        var random = RandomStream.For(seed, "rare");
        var labels = Enumerable.Range(0, rows).Select(_ => random.NextDouble() < 0.1 ? 1 : 0).ToArray();
        var scores = labels.Select(y => Math.Round(1 / (1 + Math.Exp(2.5 - 2 * y - random.NextGaussian())), 2)).ToArray();
        return (new Predictions([.. scores.SelectMany(s => new[] { 1 - s, s })], 2), labels);
    }

    [Theory]
    [InlineData(DecisionObjective.BalancedAccuracy)]
    [InlineData(DecisionObjective.F1)]
    [InlineData(DecisionObjective.GMean)]
    public void No_binary_threshold_does_better_than_the_one_found(DecisionObjective objective)
    {
        var (predictions, labels) = Rare(400, seed: 1);

        var tuned = new DecisionTuner(objective).Tune(predictions, labels);

        var best = predictions.Column(1).Append(2).Max(t => Value(objective, labels, new BinaryThreshold(t).Decide(predictions), 2));
        Assert.Equal(best, tuned.After, 10);
        Assert.Equal(best, Value(objective, labels, tuned.Rule.Decide(predictions), 2), 10);
        Assert.Equal(Value(objective, labels, new BinaryThreshold(0.5).Decide(predictions), 2), tuned.Before, 10);
    }

    [Theory]
    [InlineData(DecisionObjective.BalancedAccuracy)]
    [InlineData(DecisionObjective.F1)]
    [InlineData(DecisionObjective.GMean)]
    public void Weights_of_several_classes_gain_where_one_class_was_starved(DecisionObjective objective)
    {
        var (fair, labels) = RecalibratorTests.Distorted(2000, 3, 1, seed: 2);
        var starved = new double[fair.Count * 3];
        for (var i = 0; i < fair.Count; i++)
        {
            var row = fair.Row(i);
            var sum = row[0] + row[1] + 0.05 * row[2];
            (starved[3 * i], starved[3 * i + 1], starved[3 * i + 2]) = (row[0] / sum, row[1] / sum, 0.05 * row[2] / sum);
        }
        var predictions = new Predictions(starved, 3);

        var tuned = new DecisionTuner(objective).Tune(predictions, labels);

        Assert.Equal(Value(objective, labels, predictions.PredictedClasses(), 3), tuned.Before, 10);
        Assert.Equal(Value(objective, labels, tuned.Rule.Decide(predictions), 3), tuned.After, 10);
        Assert.True(tuned.After > tuned.Before + 0.1, $"{tuned.Before} -> {tuned.After}");
        var weights = ((ClassWeights)tuned.Rule).Weights;
        Assert.True(weights[2] > 5 * Math.Max(weights[0], weights[1]));
    }

    [Fact]
    public void A_rule_survives_json()
    {
        IDecisionRule[] rules = [new BinaryThreshold(0.25), new ClassWeights([1, 2, 0.5])];

        foreach (var rule in rules)
        {
            var text = JsonSerializer.Serialize(rule);
            Assert.Equal(text, JsonSerializer.Serialize(JsonSerializer.Deserialize<IDecisionRule>(text)));
        }
    }

    [Fact]
    public void A_perfect_model_keeps_the_usual_threshold()
    {
        var tuned = new DecisionTuner(DecisionObjective.F1).Tune(new Predictions([0.9, 0.1, 0.8, 0.2, 0.1, 0.9], 2), [0, 0, 1]);

        Assert.Equal(new BinaryThreshold(0.5), tuned.Rule);
        Assert.Equal(1, tuned.After);
    }

    [Fact]
    public void Classes_without_rows_and_zero_probabilities_do_no_harm()
    {
        var predictions = new Predictions([1, 0, 0, 0, 1, 0, 0.6, 0.4, 0, 0.7, 0.3, 0], 3);

        var tuned = new DecisionTuner(DecisionObjective.GMean).Tune(predictions, [0, 1, 1, 0]);

        Assert.Equal(1, tuned.After, 12);
        Assert.Equal([0, 1, 1, 0], tuned.Rule.Decide(predictions));
    }

    [Fact]
    public void Bad_arguments_are_refused()
    {
        Assert.Throws<ArgumentException>(() => new ClassWeights([1, 0]));
        Assert.Throws<ArgumentOutOfRangeException>(() => new BinaryThreshold(double.NaN));
        Assert.Throws<ArgumentException>(() => new DecisionTuner(DecisionObjective.F1).Tune(new Predictions([1, 1], 1), [0, 0]));
        Assert.Throws<ArgumentException>(() => new BinaryThreshold(0.5).Decide(new Predictions([1, 0, 0], 3)));
    }
}
