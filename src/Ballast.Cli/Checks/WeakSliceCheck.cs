using System.Globalization;
using Ballast.Cli.Reports;
using Ballast.Core;
using Ballast.Evaluation.Slices;
using Ballast.Numerics.Significance;

namespace Ballast.Cli.Checks;

/// <summary>Parts of the table, described by their own columns, where predictions are worse beyond chance: worse than the model's probabilities expect (weak), or as bad as they expect (hard).</summary>
/// <remarks>Every real table has hard parts, where classes overlap and the model knows; weak ones are where something is wrong. Numbers come without probabilities: all their slices are weak.</remarks>
internal sealed class WeakSliceCheck : ICheck
{
    private const string HardId = "hard-slice";
    private const string WeakAction = "Look at these rows first: wrong labels, a column that is missing, or too few rows of this kind. The model is surer here than it should be.";
    private const int Examples = 5;
    private const int ExampleColumns = 6;
    private const double LargestOverlap = 0.5;
    private const double LargeShare = 0.02;

    public string Id => "weak-slice";

    public void Run(Audit audit, CancellationToken cancellation)
    {
        var data = audit.Judged?.Data ?? audit.Data();
        if (data.Width == 0)
            return;
        if (audit.Judged is { } judged)
            SeekErrors(audit, judged, cancellation);
        else
            SeekResiduals(audit, data, cancellation);
    }

    private void SeekErrors(Audit audit, Judged judged, CancellationToken cancellation)
    {
        var options = new SliceFinderOptions { Seed = audit.Options.Seed };
        var verdicts = Judge(judged, judged.OutOfFold, cancellation);
        var reported = new List<Slice>();
        var weak = new SliceFinder(Surprise.Options(options)).Find(judged.Data, verdicts.Surprise.Losses, cancellation);
        foreach (var slice in weak.Slices)
            ReportWeak(slice, weak, new() { ["surprise_inside"] = slice.Inside, ["surprise_outside"] = slice.Outside });

        // Wrong labels that gather in one part are learnt there and half expected, which hides them from surprise. Models trained without the suspects have not learnt them, and errors need no
        // probabilities: what these two propose is weak if the model's errors there are beyond what its probabilities expect.
        var unlearnt = new SliceFinder(Surprise.Options(options)).Find(judged.Data, Surprise.Of(judged.ForLabels, judged.Data.Labels.Span, cancellation).Losses, cancellation);
        foreach (var slice in unlearnt.Slices.Where(IsNew))
            if (Excess(slice, unlearnt) is var excess && excess <= options.SignificanceLevel / 2)
                ReportWeak(slice, unlearnt, new() { ["p_value_of_excess"] = excess });
        var hard = new SliceFinder(options).Find(judged.Data, verdicts.Wrong, cancellation);
        foreach (var slice in hard.Slices.Where(IsNew))
            if (Excess(slice, hard) is var excess && excess <= options.SignificanceLevel / 2 / hard.Tested && slice.Size >= LargeShare * judged.Data.Count)
                ReportWeak(slice, hard, new() { ["p_value_of_excess"] = excess });
            else
                Report(slice, hard, HardId, verdicts, SliceRates.Of(slice, hard, verdicts.Wrong, verdicts.Surprise.ExpectedErrors), Severity.Low,
                    "The model is unsure of these rows, and rightly so. Leave such decisions to people, or add columns that tell these rows apart.", []);
        audit.Slices = reported;

        bool IsNew(Slice slice) => !reported.Any(other => Overlap(slice, other) > LargestOverlap);

        // On the rows that did not find the slice. Chances differ from row to row; their sum exceeds a binomial of their mean no more often than that does itself (Hoeffding 1956).
        double Excess(Slice slice, SliceReport report)
        {
            var (wrong, _, expected) = SliceRates.Of(slice, report, verdicts.Wrong, verdicts.Surprise.ExpectedErrors);
            return OneSidedTest.Binomial((int)Math.Round(wrong.Value * wrong.Count), wrong.Count, expected!.Value);
        }

        void ReportWeak(Slice slice, SliceReport report, Dictionary<string, object> evidence)
        {
            reported.Add(slice);
            var rates = SliceRates.Of(slice, report, verdicts.Wrong, verdicts.Surprise.ExpectedErrors);
            Report(slice, report, Id, verdicts, rates, WeakSeverity(slice, rates), WeakAction, evidence);
        }

        Severity WeakSeverity(Slice slice, SliceRates rates) => rates.Wrong.Value >= 2 * rates.Elsewhere.Value && slice.Size >= LargeShare * judged.Data.Count ? Severity.High : Severity.Medium;

        void Report(Slice slice, SliceReport report, string id, Judgement judgement, SliceRates rates, Severity severity, string action, Dictionary<string, object> evidence)
        {
            var (own, others, expected) = (rates.Wrong, rates.Elsewhere, rates.Expected!.Value);
            var worst = slice.Rows.ToArray().Where(row => judgement.Wrong[row] > 0).OrderByDescending(row => judgement.Surprise.Losses[row]);
            var examples = ExamplesOf(audit, slice, worst, row => judged.Data.ClassNames[judged.Data.Labels.Span[row]], row => judged.Data.ClassNames[judgement.Predicted[row]]);
            evidence["expected"] = expected;
            Add(audit, slice, report, id, own, others, severity,
                $"Where {slice.Description}: {Figures.Percent(own.Value)} wrong, where probabilities expect {Figures.Percent(expected)}; {Figures.Percent(others.Value)} wrong elsewhere.", action, evidence, expected, examples);
        }
    }

    private static Judgement Judge(Judged judged, Predictions predictions, CancellationToken cancellation)
    {
        var labels = judged.Data.Labels;
        var predicted = predictions.PredictedClasses();
        return new Judgement(predicted, [.. predicted.Select((c, i) => c == labels.Span[i] ? 0.0 : 1)], Surprise.Of(predictions, labels.Span, cancellation));
    }

    private sealed record Judgement(int[] Predicted, double[] Wrong, Surprise Surprise);

    private void SeekResiduals(Audit audit, Dataset data, CancellationToken cancellation)
    {
        var losses = audit.Losses!;
        var report = new SliceFinder(new SliceFinderOptions { Seed = audit.Options.Seed }).Find(data, losses, cancellation);
        audit.Slices = report.Slices;
        foreach (var slice in report.Slices)
        {
            var examples = ExamplesOf(audit, slice, slice.Rows.ToArray().OrderByDescending(row => losses[row]),
                row => Number(data.Targets.Span[row]), row => Number(audit.PredictedTargets![row]));
            Add(audit, slice, report, Id, slice.Inside, slice.Outside, slice.Inside.Value >= 2 * slice.Outside.Value && slice.Size >= LargeShare * data.Count ? Severity.High : Severity.Medium,
                $"Where {slice.Description}: mean absolute error {slice.Inside.Value:G3} against {slice.Outside.Value:G3} elsewhere.",
                "Look at these rows: wrong targets, a missing column, or too few rows of this kind.", [], null, examples);
        }

        static string Number(double value) => value.ToString("G6", CultureInfo.InvariantCulture);
    }

    private static void Add(
        Audit audit, Slice slice, SliceReport report, string id, Estimate own, Estimate others, Severity severity, string title, string action, Dictionary<string, object> evidence,
        double? expected, SliceExample[] examples)
    {
        evidence["slice"] = slice.Description;
        evidence["example_rows"] = examples.Select(example => example.Row).ToArray();
        evidence["rows_in_slice"] = slice.Size;
        evidence["inside"] = own;
        evidence["outside"] = others;
        evidence["p_value"] = slice.PValue;
        evidence["p_value_adjusted"] = slice.AdjustedPValue;
        evidence["how"] = $"found on {report.SearchRows} rows, tested on {report.TestRows} others; {report.Tested} slices tested, Holm's correction";
        audit.Report(id, severity, title, [.. slice.Conditions.Select(condition => condition.Column).Distinct()], [.. slice.RowIds.ToArray().Select(row => row + 1)], evidence, action);
        audit.Summarise(new SliceSummary(slice.Description, id == HardId ? "hard" : "weak", slice.Size, own, others, expected, examples));
    }

    private static SliceExample[] ExamplesOf(Audit audit, Slice slice, IEnumerable<int> rows, Func<int, string> given, Func<int, string> predicted)
    {
        string[] columns = [.. slice.Conditions.Select(condition => condition.Column).Concat(audit.Features().Select(column => column.Name)).Distinct().Take(ExampleColumns)];
        return [.. rows.Take(Examples).Select(row => new SliceExample(
            audit.Everything.RowIds.Span[row] + 1, [.. columns.Select(name => KeyValuePair.Create(name, audit.Table[name].Text(audit.Positions[row]) ?? ""))], given(row), predicted(row)))];
    }

    private static double Overlap(Slice a, Slice b)
    {
        var shared = a.Rows.ToArray().Intersect(b.Rows.ToArray()).Count();
        return (double)shared / (a.Size + b.Size - shared);
    }
}
