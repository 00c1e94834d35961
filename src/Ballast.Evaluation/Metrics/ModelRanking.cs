namespace Ballast.Evaluation.Metrics;

/// <summary>A model in its place.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Metrics">Its metrics.</param>
/// <param name="Rank">1 for the best; equal models share a rank.</param>
/// <param name="Group">1-based group of models whose F1 is tied within the tolerance; the rank when there is none.</param>
public sealed record RankedModel(string Name, BinaryMetrics Metrics, int Rank, int Group);

/// <summary>Orders models from best to worst.</summary>
public static class ModelRanking
{
    /// <summary>By F1, within groups of tied F1 by g-mean. A group holds every model within the tolerance of the group's best.</summary>
    public static IReadOnlyList<RankedModel> By(F1ThenGMean rule, IEnumerable<(string Name, BinaryMetrics Metrics)> models)
    {
        ArgumentNullException.ThrowIfNull(rule);
        ArgumentNullException.ThrowIfNull(models);
        var waiting = models.OrderByDescending(model => model.Metrics[BinaryMetric.F1]).ToList();
        var ranked = new List<RankedModel>();
        for (var group = 1; waiting.Count > 0; group++)
        {
            var best = waiting[0].Metrics[BinaryMetric.F1];
            var tied = waiting.TakeWhile(model => best - model.Metrics[BinaryMetric.F1] <= rule.Tolerance).ToList();
            waiting.RemoveRange(0, tied.Count);
            Place(tied, model => model.Metrics[BinaryMetric.GMean], _ => group, ranked);
        }
        return ranked;
    }

    /// <summary>By one metric, in its better direction.</summary>
    public static IReadOnlyList<RankedModel> By(BinaryMetric metric, IEnumerable<(string Name, BinaryMetrics Metrics)> models)
    {
        ArgumentNullException.ThrowIfNull(models);
        var ranked = new List<RankedModel>();
        var sign = metric.SmallerIsBetter() ? -1 : 1;
        Place(models, model => sign * model.Metrics[metric], rank => rank, ranked);
        return ranked;
    }

    private static void Place(
        IEnumerable<(string Name, BinaryMetrics Metrics)> models, Func<(string Name, BinaryMetrics Metrics), double> value, Func<int, int> group, List<RankedModel> ranked)
    {
        var (previous, rank) = (double.NaN, 0);
        foreach (var model in models.OrderByDescending(value))
        {
            if (value(model) != previous)
                rank = ranked.Count + 1;
            previous = value(model);
            ranked.Add(new RankedModel(model.Name, model.Metrics, rank, group(rank)));
        }
    }
}
