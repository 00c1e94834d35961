using Ballast.Cli.Reports;
using Ballast.Core;
using Ballast.Data.Reading;
using Ballast.Evaluation.Leakage;
using Ballast.Learning.Remedies;
using Ballast.Numerics.Intervals;

namespace Ballast.Cli.Checks;

/// <summary>Composes the report of an audit.</summary>
internal static class ReportComposer
{
    public static CheckReport Compose(Audit audit, TargetCoding coding, string taskReason, IReadOnlyList<RemedyResult> remedies, HandedBack? model)
    {
        var judged = audit.Judged;
        if (judged is not null && remedies.Count > 0)
        {
            audit.Note(audit.SuspicionsCount
                ? "Remedies are judged on held-out rows whose label is not suspected (the suspicion comes from models that never saw the row), so that wrong labels do not count for or against a remedy; one that touches labels must also not lose on all rows as labelled. Figures on these rows are better than on all rows: compare before with after, not with the key figures."
                : $"Remedies are judged on all held-out rows, labels as given: the model explains only {Figures.Percent(Math.Max(0, audit.Skill))} of the target, too little for its suspicions to excuse a row.");
            audit.Note(model?.Treatment == Treatment.None.Name ? "No remedy gained beyond chance: the model handed back uses none." : $"The model handed back uses: {model?.Treatment}.");
        }
        else if (judged is null && model is not null)
            audit.Note("Remedies are tried for classes only; the model handed back is trained on the table as it stands.");
        return new CheckReport
        {
            Source = audit.Table.Source,
            Target = audit.Options.Target,
            Task = audit.IsClassification ? "classification" : "regression",
            TaskReason = taskReason,
            TotalRows = audit.Table.TotalRows,
            Rows = audit.Table.RowCount,
            SamplingRule = audit.Table.SamplingRule,
            Seed = audit.Options.Seed,
            Columns = [.. audit.Table.Columns.Select(column => Summarise(audit, column))],
            Classes = judged is null ? [] : Classes(audit, judged),
            Findings = [.. audit.Findings.OrderByDescending(f => f.Severity)],
            Remedies = remedies,
            Slices = audit.SliceSummaries,
            Reliability = audit.Reliability is null ? [] : [.. audit.Reliability.Bins.Where(b => b.HitRate.Count > 0).Select(b => new ReliabilityPoint(b.MeanConfidence, b.HitRate))],
            Groups = audit.Groups,
            Notes = audit.Notes,
            Metrics = Metrics(audit),
            Model = audit.Options.Model is { } file ? $"the model given ({Path.GetFileName(file)})" : model?.Learner ?? "",
        };
    }

    private static ColumnSummary Summarise(Audit audit, TableColumn column)
    {
        var use = column.Name == audit.Options.Target ? "target"
            : audit.Options.Ignore.Contains(column.Name) ? "ignored"
            : audit.Aside.TryGetValue(column.Name, out var why) ? $"set aside: {why}"
            : column.Kind == ColumnKind.Text ? "not used: free text"
            : column.Name == audit.Options.Group ? "feature and group"
            : "feature";
        return new ColumnSummary(column.Name, column.Kind.ToString().ToLowerInvariant(), column.KindReason, column.DistinctCount, column.MissingCount, use);
    }

    private static ClassSummary[] Classes(Audit audit, Judged judged)
    {
        var labels = judged.Data.Labels.Span;
        var predicted = judged.OutOfFold.PredictedClasses();
        var k = judged.Data.ClassCount;
        int[] rows = new int[k], chosen = new int[k], right = new int[k], suspects = new int[k];
        for (var i = 0; i < labels.Length; i++)
        {
            rows[labels[i]]++;
            chosen[predicted[i]]++;
            if (predicted[i] == labels[i])
                right[labels[i]]++;
            if (audit.Suspected?.Mask[i] == true)
                suspects[labels[i]]++;
        }
        return [.. Enumerable.Range(0, k).Select(c => new ClassSummary(judged.Data.ClassNames[c], rows[c],
            BinomialInterval.WilsonEstimate(right[c], rows[c]), BinomialInterval.WilsonEstimate(right[c], chosen[c]), suspects[c]))];
    }

    private static Dictionary<string, Estimate> Metrics(Audit audit)
    {
        var metrics = new Dictionary<string, Estimate>();
        var options = new BootstrapOptions { Seed = audit.Options.Seed, Draws = audit.Everything.Count > 20_000 ? 200 : 1000 };
        if (audit.Judged is { } judged)
        {
            var labels = judged.Data.Labels.ToArray();
            var predicted = judged.OutOfFold.PredictedClasses();
            metrics["accuracy"] = BinomialInterval.WilsonEstimate(labels.Zip(predicted).Count(p => p.First == p.Second), labels.Length);
            metrics["balanced accuracy"] = Bootstrap.Stratified(labels, rows => BalancedAccuracy(rows, labels, predicted, judged.Data.ClassCount), options);
            metrics["macro F1"] = Bootstrap.Stratified(labels, rows => MacroF1.Of(rows, labels, predicted, judged.Data.ClassCount), options);
        }
        else if (audit.PredictedTargets is { } values)
        {
            var targets = audit.Everything.Targets.ToArray();
            metrics["R2"] = Bootstrap.Plain(targets.Length, rows => R2(rows, targets, values), options);
            metrics["mean absolute error"] = Bootstrap.Plain(targets.Length, rows => MeanLoss(rows, audit.Losses!), options);
        }
        return metrics;
    }

    private static double BalancedAccuracy(ReadOnlySpan<int> rows, int[] labels, int[] predicted, int classes)
    {
        int[] count = new int[classes], right = new int[classes];
        foreach (var row in rows)
        {
            count[labels[row]]++;
            if (predicted[row] == labels[row])
                right[labels[row]]++;
        }
        return Enumerable.Range(0, classes).Where(k => count[k] > 0).Average(k => (double)right[k] / count[k]);
    }

    private static double R2(ReadOnlySpan<int> rows, double[] targets, double[] values)
    {
        double[] t = new double[rows.Length], v = new double[rows.Length];
        for (var i = 0; i < rows.Length; i++)
            (t[i], v[i]) = (targets[rows[i]], values[rows[i]]);
        return Skill.R2(t, v);
    }

    private static double MeanLoss(ReadOnlySpan<int> rows, double[] losses)
    {
        double sum = 0;
        foreach (var row in rows)
            sum += losses[row];
        return sum / rows.Length;
    }
}
