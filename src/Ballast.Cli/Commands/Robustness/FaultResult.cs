using Ballast.Core;
using Ballast.Data.Reading;
using Ballast.Robustness.Faults;
using Ballast.Robustness.Faults.Protection;

namespace Ballast.Cli.Commands.Robustness;

/// <summary>What a campaign of <c>inject</c> found, as JSON, csv and a page.</summary>
/// <param name="Job">What was asked.</param>
/// <param name="Rows">Rows that were run with faults.</param>
/// <param name="Report">What the campaign found.</param>
/// <param name="Planner">Plans of protection.</param>
/// <param name="NotStruck">Stored numbers that were left alone, each with the reason.</param>
internal sealed record FaultResult(FaultJob Job, int Rows, FaultReport Report, ProtectionPlanner Planner, IReadOnlyList<string> NotStruck)
{
    private const int MostPlans = 500;
    private const int MostNames = 8;

    /// <summary>The user's target, or a half, a tenth and a hundredth of the failures.</summary>
    public IReadOnlyList<(string Goal, ProtectionPlan Plan)> Plans => Job.FitTarget is { } target
        ? [($"at most {FaultInjection.Number(target)} FIT", Planner.Cheapest(target))]
        : [.. new[] { 2, 10, 100 }.Select(factor => ($"1/{factor} of the failures", Planner.Cheapest(Planner.Front[0].Fit / factor)))];

    private static string Listed(string[] names) => names.Length <= MostNames ? string.Join(", ", names) : $"{string.Join(", ", names.Take(MostNames))} and {names.Length - MostNames} more";

    /// <summary>The front of all plans; of a long one every n-th plan and the last.</summary>
    public IReadOnlyList<ProtectionPlan> Front
    {
        get
        {
            var step = 1 + (Planner.Front.Count - 1) / MostPlans;
            return [.. Enumerable.Range(0, Planner.Front.Count).Where(i => i % step == 0 || i == Planner.Front.Count - 1).Select(i => Planner.Front[i])];
        }
    }

    /// <summary>The blocks that are protected, by option; of many, the first by name and how many more.</summary>
    public string WhatIsDone(ProtectionPlan plan)
    {
        var chosen = plan.Choice.Zip(Names).Where(pair => pair.First != "None").GroupBy(pair => pair.First, pair => pair.Second).Select(group => $"{group.Key}: {Listed([.. group])}").ToArray();
        return chosen.Length == 0 ? "nothing" : string.Join("; ", chosen);
    }

    public object ToJson(IReadOnlyList<string> files) => new
    {
        injections = Report.Injections,
        inputsPerFault = Job.Campaign.InputsPerFault,
        rows = Rows,
        notStruck = NotStruck,
        target = $"{Job.Target}",
        design = $"{Job.Campaign.Design}",
        outcome = FaultInjection.Word(Job.Campaign.Class),
        rawFitPerMebibit = Job.Campaign.RawFitPerBit * (1 << 20),
        confidence = Job.Campaign.Confidence,
        total = Report.Total is { } total ? Of(total) : null,
        detected = Report.Detected is { } detected ? Of(detected) : null,
        vulnerability = Report.Vulnerability is { } vulnerability ? Of(vulnerability) : null,
        singlePointFaultMetric = Report.SinglePointFaultMetric is { } metric ? Of(metric) : null,
        byUnit = Report.ByUnit.Select(Of),
        byLayer = Report.ByLayer.Select(Of),
        byUnitAndLayer = Report.ByUnitAndLayer.Select(Of),
        byBit = Report.ByBit.Select(Of),
        byLayerAndBit = Report.ByLayerAndBit.Select(Of),
        plans = Plans.Select(plan => new { goal = plan.Goal, feasible = plan.Plan.Feasible, fit = plan.Plan.Fit, area = plan.Plan.OverheadShare, choice = plan.Plan.Choice.Zip(Names, (option, block) => new { block, option }) }),
        front = Front.Select(plan => new { area = plan.OverheadShare, fit = plan.Fit }),
        files,
    };

    /// <summary>Writes the page and the rates.</summary>
    public IReadOnlyList<string> Write(string folder)
    {
        using (var stream = File.Create(Path.Combine(folder, "rates.csv")))
        using (var writer = new CsvWriter(stream))
        {
            writer.Record(["unit", "layer", "bit", "rate", "low", "high", "faults", "fit", .. Report.ByLayerAndBit[0].Outcomes.Keys.Select(FaultInjection.Word), "exact_low", "exact_high"]);
            foreach (var rate in Report.ByLayerAndBit)
            {
                writer.Field(rate.Unit!);
                writer.Field(rate.Layer!);
                foreach (var value in new[] { rate.Bit!.Value, rate.Rate.Value, rate.Rate.Interval.Low, rate.Rate.Interval.High, rate.Rate.Count, Report.FitOf(rate).Value })
                    writer.Field(value);
                foreach (var count in rate.Outcomes.Values)
                    writer.Field((double)count);
                foreach (var end in new[] { rate.Exact?.Low, rate.Exact?.High })
                    writer.Field(end is { } known ? known.ToString("R", System.Globalization.CultureInfo.InvariantCulture) : "");
                writer.EndRecord();
            }
        }
        File.WriteAllText(Path.Combine(folder, "report.html"), FaultPage.Of(this));
        return ["report.html", "rates.csv"];
    }

    private IEnumerable<string> Names => Job.Target == FaultTargetKind.Accelerator ? Report.ByUnit.Select(rate => rate.Unit!) : Report.ByLayer.Select(rate => rate.Layer!);

    private object Of(FaultRate rate) => new
    {
        rate.Unit,
        rate.Layer,
        rate.Bit,
        rate = rate.Rate.Value,
        low = rate.Rate.Interval.Low,
        high = rate.Rate.Interval.High,
        exact = rate.Exact is { } exact ? new { low = exact.Low, high = exact.High } : null,
        injections = rate.Rate.Count,
        fit = Report.FitOf(rate).Value,
        outcomes = rate.Outcomes.ToDictionary(pair => FaultInjection.Word(pair.Key), pair => pair.Value),
    };

    private static object Of(Estimate estimate) => new { value = estimate.Value, low = estimate.Interval.Low, high = estimate.Interval.High };
}
