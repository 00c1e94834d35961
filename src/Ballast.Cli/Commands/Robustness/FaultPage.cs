using System.Globalization;
using Ballast.Cli.Reports;
using Ballast.Robustness.Faults;
using ScottPlot;

namespace Ballast.Cli.Commands.Robustness;

/// <summary>The page of <c>inject</c>: rates by layer, by unit and by bit, and what protection buys for its area.</summary>
internal static class FaultPage
{
    private const int MostRows = 40;
    private const double WidestName = 118;

    private static readonly Color s_bar = Color.FromHex("#9CC3E6");
    private static readonly Color s_line = Color.FromHex("#1F2933");

    public static string Of(FaultResult result)
    {
        var (report, outcome) = (result.Report, FaultInjection.Word(result.Job.Campaign.Class));
        var html = new HtmlBuilder();
        html.Add($"<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>Injected faults</title>");
        html.AddMarkup("<style>body{font:16px/1.5 sans-serif;max-width:46rem;margin:2rem auto;padding:0 1rem;color:#1F2933}svg text{font:12px sans-serif;fill:#1F2933}table{border-collapse:collapse}td,th{padding:.2rem .8rem .2rem 0;text-align:left}</style></head><body>");
        html.Add($"<h1>Injected faults</h1><p>{Path.GetFileName(result.Job.Model)}: {report.Injections.ToString("N0", CultureInfo.InvariantCulture)} faults, {result.Rows} inputs, outcome {outcome}.</p>");
        if (report.Total is { } total)
            html.Add($"<p>Over all flips {FaultInjection.Number(total.Rate.Value)} {FaultInjection.Ends(total.Rate.Interval)}, {FaultInjection.Number(report.FitOf(total).Value)} FIT at a raw rate of {FaultInjection.Number(result.Job.Campaign.RawFitPerBit * (1 << 20))} FIT a mebibit.</p>");
        Figure(html, "By layer", report.ByLayer, rate => rate.Layer!, "layers", outcome);
        if (report.ByUnit.Count > 1)
            Figure(html, "By unit", report.ByUnit, rate => rate.Unit!, "units", outcome);
        Figure(html, "Worst bits", [.. report.ByBit.OrderByDescending(rate => rate.Rate.Value).Take(MostRows / 2)], rate => $"{rate.Unit} {rate.Bit}", "bits", outcome);
        html.Add($"<h2>Protection</h2>");
        html.AddMarkup(Front(result));
        html.Add($"<table><tr><th>goal</th><th>silent FIT</th><th>area</th><th>what is done</th></tr>");
        foreach (var (goal, plan) in result.Plans)
            html.Add($"<tr><td>{goal}{(plan.Feasible ? "" : " (cannot be reached)")}</td><td>{FaultInjection.Number(plan.Fit)}</td><td>+{(100 * plan.OverheadShare).ToString("0.0", CultureInfo.InvariantCulture)}%</td><td>{result.WhatIsDone(plan)}</td></tr>");
        html.Add($"</table><p>Failures are upper limits that hold together at the stated confidence. Areas and costs are a model's; lock step costs +100%.</p></body></html>");
        return html.ToString();
    }

    private static void Figure(HtmlBuilder html, string title, IReadOnlyList<FaultRate> rates, Func<FaultRate, string> name, string id, string outcome)
    {
        html.Add($"<h2>{title}</h2>");
        html.AddMarkup(Bars([.. rates.Take(MostRows)], name, id, outcome));
        if (rates.Count > MostRows)
            html.Add($"<p>The first {MostRows} of {rates.Count}; all are in rates.csv.</p>");
    }

    private static string Bars(FaultRate[] rates, Func<FaultRate, string> name, string id, string outcome)
    {
        var top = Math.Max(1e-6, rates.Max(rate => rate.Rate.Interval.High));
        var figure = new SvgFigure(60 + 24 * rates.Length, new PixelPadding(136, 62, 44, 8), new AxisLimits(0, top, 0.5 - rates.Length, 0.5));
        figure.LabelBottom([0, top / 2, top], value => FaultInjection.Number(value), $"Probability of {outcome}");
        var bars = figure.Plot.Add.Bars(rates.Select((rate, i) => new Bar { Position = -i, Value = rate.Rate.Value, Size = 0.6, Orientation = Orientation.Horizontal, FillColor = s_bar, LineWidth = 0 }).ToArray());
        bars.Horizontal = true;
        for (var i = 0; i < rates.Length; i++)
        {
            var (rate, interval) = (rates[i].Rate.Value, rates[i].Rate.Interval);
            figure.NameRow(-i, SvgFigure.Fit(name(rates[i]), WidestName));
            figure.NoteRow(-i, FaultInjection.Number(rate));
            var line = figure.Plot.Add.Line(interval.Low, -i, interval.High, -i);
            (line.LineColor, line.LineWidth) = (s_line, 1.5f);
        }
        return figure.ToMarkup(id, $"Probability of {outcome} with intervals: {string.Join(", ", rates.Select(rate => $"{name(rate)} {FaultInjection.Number(rate.Rate.Value)}"))}.");
    }

    // Remaining failures against area, a step at each plan.
    private static string Front(FaultResult result)
    {
        var plans = result.Front;
        var (right, top) = (Math.Max(1e-9, plans[^1].OverheadShare), Math.Max(1e-12, plans[0].Fit));
        var figure = new SvgFigure(260, new PixelPadding(72, 16, 44, 12), new AxisLimits(0, right, 0, top * 1.02));
        figure.LabelBottom([0, right / 4, right / 2, 3 * right / 4, right], value => (100 * value).ToString("0.#", CultureInfo.InvariantCulture) + "%", "Area added");
        figure.LabelLeft([0, top / 2, top], FaultInjection.Number, "Silent FIT");
        var (xs, ys) = (new List<double>(), new List<double>());
        foreach (var plan in plans)
        {
            if (ys.Count > 0)
            {
                xs.Add(plan.OverheadShare);
                ys.Add(ys[^1]);
            }
            xs.Add(plan.OverheadShare);
            ys.Add(plan.Fit);
        }
        var line = figure.Plot.Add.ScatterLine(xs.ToArray(), ys.ToArray());
        (line.Color, line.LineWidth) = (s_line, 1.5f);
        return figure.ToMarkup("plan", $"Silent failures against added area over {plans.Count} plans, from {FaultInjection.Number(plans[0].Fit)} FIT unprotected to {FaultInjection.Number(plans[^1].Fit)}.");
    }
}
