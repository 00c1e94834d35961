using Ballast.Core;
using Ballast.Evaluation.Fairness;
using Ballast.Numerics.Intervals;

namespace Ballast.Cli.Checks;

/// <summary>Compares groups by out-of-fold decisions: rates, gaps, and the accuracy left under limits on disparity.</summary>
internal static class GroupRatesOfAudit
{
    private const int MostGroups = 50;
    private const int MostRatesOfFrontier = 256;
    private const int FrontierPoints = 9;
    private const double SmallestLimit = 1e-4;

    public static GroupComparison Compare(Audit audit, RowGroups groups, CancellationToken cancellation)
    {
        var members = groups.Members();
        if (!audit.IsClassification)
            return new GroupComparison
            {
                Column = groups.Column,
                Groups = [.. members.Select((rows, g) => new GroupSummary(groups.Names[g], rows.Length, new Dictionary<string, Estimate> { ["mean absolute error"] = MeanOf(audit.Losses!, rows) }))],
            };
        var judged = audit.Judged!;
        var labels = judged.Data.Labels.ToArray();
        var decisions = judged.OutOfFold.PredictedClasses();
        // The rarer of two classes is the one decisions are about, as in `ballast fairness`.
        int? positive = judged.Data.ClassCount == 2 ? labels.Count(k => k == 1) * 2 <= labels.Length ? 1 : 0 : null;
        // With more classes, what all groups share is being right.
        int[] right = [.. decisions.Zip(labels, (decided, label) => decided == label ? 1 : 0)];
        var rates = positive is { } k ? new GroupRates(groups.Of, groups.Names, decisions, labels, k) : new GroupRates(groups.Of, groups.Names, right, [], 1);
        return WithFrontier(audit, groups, decisions, labels, new GroupComparison
        {
            Column = groups.Column,
            Positive = positive is { } p ? judged.Data.ClassNames[p] : null,
            Groups = [.. members.Select((rows, g) => new GroupSummary(groups.Names[g], rows.Length, RatesOf(rates, g, positive is not null)))],
            Gaps = Gaps(audit, rates, positive is not null),
        }, cancellation);
    }

    /// <summary>The mean over rows, with a normal interval.</summary>
    public static Estimate MeanOf(double[] values, int[] rows)
    {
        var mean = rows.Average(i => values[i]);
        var error = 1.96 * Math.Sqrt(Variance(values, rows, mean) / rows.Length);
        return new Estimate(mean, new Interval(mean - error, mean + error), rows.Length);
    }

    /// <summary>The variance over rows, with n - 1.</summary>
    public static double Variance(double[] values, int[] rows, double mean) => rows.Sum(i => (values[i] - mean) * (values[i] - mean)) / Math.Max(1, rows.Length - 1);

    private static IReadOnlyList<GroupGap> Gaps(Audit audit, GroupRates rates, bool hasPositive)
    {
        if (rates.GroupNames.Count > MostGroups)
        {
            audit.Note($"Gaps between pairs of groups were not taken: '{audit.Options.Group}' holds {rates.GroupNames.Count} groups, and at most {MostGroups} are compared pair by pair.");
            return [];
        }
        return hasPositive ? GroupGaps.All(rates, seed: audit.Options.Seed) : [GroupGaps.DemographicParity(rates, seed: audit.Options.Seed) with { Name = "accuracy difference" }];
    }

    private static Dictionary<string, Estimate> RatesOf(GroupRates rates, int group, bool hasPositive)
    {
        var found = new Dictionary<string, Estimate>();
        Add("accuracy", hasPositive ? GroupRate.Accuracy : GroupRate.Selection);
        if (hasPositive)
        {
            Add("selection rate", GroupRate.Selection);
            Add("true positive rate", GroupRate.TruePositive);
            Add("false positive rate", GroupRate.FalsePositive);
        }
        return found;

        void Add(string name, GroupRate rate)
        {
            var (successes, trials) = rates[rate, group];
            if (trials > 0)
                found[name] = BinomialInterval.WilsonEstimate(successes, trials);
        }
    }

    // Limits from almost none up to what the labels themselves and the model's decisions show: beyond, nothing is left to gain.
    private static GroupComparison WithFrontier(Audit audit, RowGroups groups, int[] decisions, int[] labels, GroupComparison comparison, CancellationToken cancellation)
    {
        int[] known = [.. Enumerable.Range(0, decisions.Length).Where(i => groups.Of[i] >= 0)];
        int[] Of(int[] values) => [.. known.Select(i => values[i])];
        var joint = JointDistribution.FromRows(Of(groups.Of), new int[known.Length], Of(decisions), Of(labels));
        var disparity = DisparityDecomposition.Compute(joint);
        var accuracy = (double)known.Count(i => decisions[i] == labels[i]) / known.Length;
        comparison = comparison with { Model = new FrontierStep(disparity.Global, accuracy, 1), NoiseFloor = disparity.GlobalNoiseFloor ?? 0 };
        var classes = audit.Judged!.Data.ClassCount;
        if (groups.Names.Length * classes * (classes - 1) > MostRatesOfFrontier || joint.Predictions < 2 || joint.Labels < 2)
            return comparison;
        var ofLabels = DisparityDecomposition.Compute(JointDistribution.FromRows(Of(groups.Of), new int[known.Length], Of(labels))).Global;
        var largest = Math.Max(10 * SmallestLimit, 1.5 * Math.Max(disparity.Global, ofLabels));
        // Disparity grows with the square of what is changed, so even steps of change are squares; the model's own is among them.
        double[] limits = [.. Enumerable.Range(0, FrontierPoints).Select(i => SmallestLimit + (largest - SmallestLimit) * Math.Pow(i / (FrontierPoints - 1.0), 2)).Append(Math.Max(SmallestLimit, disparity.Global)).Distinct().Order()];
        var any = FairnessFrontier.Grid(joint, limits, [Math.Max(1, Math.Log2(joint.Groups))], FrontierKind.AnyPredictor, cancellation);
        var changed = FairnessFrontier.Grid(joint, limits, [Math.Max(1, Math.Log2(joint.Groups))], FrontierKind.PostProcessing, cancellation);
        return comparison with { Frontier = [.. limits.Select((limit, i) => new FrontierStep(limit, changed[i].Accuracy, any[i].Accuracy))] };
    }
}
