using Ballast.Cli.Reports;
using Ballast.Numerics.Intervals;

namespace Ballast.Cli.Checks;

/// <summary>Classes with few rows, and how much of them a model finds.</summary>
internal sealed class ClassImbalanceCheck : ICheck
{
    // Below this share of an even split a class is called rare.
    private const double RareShare = 0.4;

    public string Id => "class-imbalance";

    public void Run(Audit audit, CancellationToken cancellation)
    {
        var judged = audit.Judged!;
        var labels = judged.Data.Labels.ToArray();
        var names = judged.Data.ClassNames;
        var predicted = judged.OutOfFold.PredictedClasses();
        var counts = judged.Data.ClassCounts();
        var right = new int[counts.Length];
        for (var i = 0; i < labels.Length; i++)
            if (labels[i] == predicted[i])
                right[labels[i]]++;

        var present = counts.Count(c => c > 0);
        var rare = Enumerable.Range(0, counts.Length).Where(k => counts[k] > 0 && counts[k] < RareShare * labels.Length / present).OrderBy(k => counts[k]).ToArray();
        if (rare.Length == 0)
            return;
        var recall = rare.Select(k => (double)right[k] / counts[k]).ToArray();
        var overall = (double)right.Sum() / labels.Length;
        var ignored = recall.Min() < Math.Min(0.5, overall - 0.2);
        audit.Report(Id, ignored ? Severity.High : recall.Min() < overall - 0.1 ? Severity.Medium : Severity.Low,
            $"{(rare.Length == 1 ? "Class" : "Classes")} {string.Join(", ", rare.Take(5).Select(k => $"'{names[k]}' ({Figures.Count(counts[k], "row", "rows")})"))} {(rare.Length == 1 ? "is" : "are")} rare: {(rare.Length == 1 ? "" : "in the worst ")}{Figures.Percent(recall.Min())} of its rows are predicted right, {Figures.Percent(overall)} of all rows.",
            [audit.Options.Target], [], new()
            {
                ["largest_to_smallest"] = (double)counts.Max() / counts[rare[0]],
                ["recall"] = Enumerable.Range(0, counts.Length).Where(k => counts[k] > 0).ToDictionary(k => names[k], k => (object)BinomialInterval.WilsonEstimate(right[k], counts[k])),
                ["few_rows"] = rare.Where(k => counts[k] < 10).Select(k => names[k]).ToArray(),
            }, "Class weights, SMOTE and threshold moving were tried below; collect more rows of the rare classes where you can.");
    }
}
