using System.Globalization;
using Ballast.Cli.Checks;
using Ballast.Core;
using ScottPlot;
using ScottPlot.Plottables;

namespace Ballast.Cli.Reports;

/// <summary>The plots of the report. Each is null when there is nothing finite to draw.</summary>
internal static class ReportPlots
{
    /// <summary>Classes drawn at most; a plot of more cannot be read.</summary>
    public const int MostClasses = 30;

    private const int RowHeight = 26;
    private const double WidestName = 150;
    private static readonly Color s_blue = Color.FromHex("#2F6690");
    private static readonly Color s_paleBlue = Color.FromHex("#9DBAD0");
    private static readonly Color s_green = Color.FromHex("#1B7F5C");
    private static readonly Color s_grey = Color.FromHex("#7B8794");
    private static readonly Color s_ink = Color.FromHex("#1F2933");

    /// <summary>Bars of recall with intervals, one a class, in the order given.</summary>
    public static string? Recall(IReadOnlyList<ClassSummary> classes, string id)
    {
        return Bars([.. classes.Select(@class => (@class.Name, @class.Recall))], "Recall", id);
    }

    /// <summary>Bars of a rate from 0 to 1 with intervals, one a row, in the order given.</summary>
    public static string? Bars(IReadOnlyList<(string Name, Estimate Rate)> rows, string rate, string id)
    {
        var drawn = rows.Where(row => double.IsFinite(row.Rate.Value)).ToArray();
        if (drawn.Length == 0)
            return null;
        string[] names = [.. drawn.Select(row => SvgFigure.Fit(row.Name, WidestName))];
        var figure = Rows(names, new AxisLimits(0, 1, 0.5 - drawn.Length, 0.5), right: 52);
        figure.LabelBottom([0, 0.25, 0.5, 0.75, 1], value => value.ToString("0.##", CultureInfo.InvariantCulture), rate);
        for (var i = 0; i < drawn.Length; i++)
        {
            figure.NameRow(-i, names[i]);
            figure.NoteRow(-i, Figures.Number(drawn[i].Rate.Value));
        }
        var bars = figure.Plot.Add.Bars(drawn.Select((row, i) => new Bar
        {
            Position = -i,
            Value = row.Rate.Value,
            Size = 0.62,
            Orientation = Orientation.Horizontal,
            FillColor = s_paleBlue,
            LineWidth = 0,
        }).ToArray());
        bars.Horizontal = true;
        AddRowIntervals(figure, [.. drawn.Select(row => (row.Rate.Value, row.Rate.Interval))], s_ink);
        return figure.ToMarkup(id, $"{rate} of {Figures.Count(drawn.Length, "row", "rows")} with intervals: " +
            string.Join(", ", drawn.Select((row, i) => $"{names[i]} {Figures.Number(row.Rate.Value)}")) + ".");
    }

    /// <summary>Accuracy against disparity: what changing the model's decisions by group leaves, what no predictor passes, and the model itself.</summary>
    public static string? Frontier(IReadOnlyList<FrontierStep> steps, FrontierStep model, string id)
    {
        if (steps.Count < 2)
            return null;
        var x = Ticks(0, Math.Max(steps[^1].Disparity, model.Disparity));
        var y = Ticks(steps.Min(step => step.Accuracy), 1);
        var figure = new SvgFigure(height: 320, new PixelPadding(56, 16, 44, 12), new AxisLimits(0, x[^1], y[0], y[^1]));
        figure.LabelBottom(x, value => value.ToString("0.####", CultureInfo.InvariantCulture), "Disparity: bits that the decision tells about the group");
        figure.LabelLeft(y, value => value.ToString("0.###", CultureInfo.InvariantCulture), "Accuracy");
        double[] limits = [.. steps.Select(step => step.Disparity)];
        var any = figure.Plot.Add.Scatter(limits, steps.Select(step => step.AnyPredictor).ToArray(), s_grey);
        (any.LineWidth, any.MarkerSize, any.LinePattern) = (1.4f, 0, LinePattern.Dashed);
        var changed = figure.Plot.Add.Scatter(limits, steps.Select(step => step.Accuracy).ToArray(), s_blue);
        (changed.LineWidth, changed.MarkerSize) = (1.6f, 5);
        figure.Plot.Add.Marker(model.Disparity, model.Accuracy, MarkerShape.FilledCircle, 10, s_green);
        return figure.ToMarkup(id, $"Accuracy against disparity in bits. The model: {Figures.Number(model.Accuracy)} at {Figures.Number(model.Disparity)}. Its decisions changed by group: " +
            string.Join(", ", steps.Select(step => $"{Figures.Number(step.Accuracy)} at {Figures.Number(step.Disparity)}")) + ".");
    }

    /// <summary>Share right against mean probability, one point a bin, with the diagonal of perfect calibration.</summary>
    public static string? Reliability(IReadOnlyList<ReliabilityPoint> points, string id)
    {
        var drawn = points.Where(point => double.IsFinite(point.Confidence) && double.IsFinite(point.Accuracy.Value)).OrderBy(point => point.Confidence).ToArray();
        if (drawn.Length == 0)
            return null;
        var figure = new SvgFigure(height: 350, new PixelPadding(52, 16, 44, 12), new AxisLimits(0, 1, 0, 1));
        double[] ticks = [0, 0.2, 0.4, 0.6, 0.8, 1];
        figure.LabelBottom(ticks, Tick, "Mean probability of the predicted class");
        figure.LabelLeft(ticks, Tick, "Share predicted right");
        var diagonal = figure.Plot.Add.Line(0, 0, 1, 1);
        (diagonal.LineColor, diagonal.LineWidth, diagonal.LinePattern) = (s_grey, 1.2f, LinePattern.Dashed);
        double[] confidence = [.. drawn.Select(point => point.Confidence)];
        double[] accuracy = [.. drawn.Select(point => point.Accuracy.Value)];
        var line = figure.Plot.Add.Scatter(confidence, accuracy, s_blue);
        (line.LineWidth, line.MarkerSize) = (1.2f, 7);
        figure.Plot.Add.Plottable(new ErrorBar(confidence, accuracy, null, null, Below(drawn.Select(point => point.Accuracy)), Above(drawn.Select(point => point.Accuracy)))
        {
            Color = s_blue,
            LineWidth = 1.4f,
            CapSize = 3,
        });
        return figure.ToMarkup(id, "Share predicted right against mean probability: " +
            string.Join(", ", drawn.Select(point => $"{Figures.Number(point.Accuracy.Value)} at {Figures.Number(point.Confidence)}")) + ".");

        static string Tick(double value) => value.ToString("0.0", CultureInfo.InvariantCulture);
    }

    /// <summary>Gain of each remedy in one metric, a dot with its interval; the chosen filled and green, the others hollow and grey.</summary>
    public static string? Gains(IReadOnlyList<RemedyResult> remedies, string id)
    {
        var drawn = remedies.Where(remedy => double.IsFinite(remedy.After - remedy.Before)).ToArray();
        if (drawn.Length == 0)
            return null;
        var ends = drawn.SelectMany(remedy => new[] { remedy.After - remedy.Before, remedy.Interval.Low, remedy.Interval.High }).Where(double.IsFinite).Append(0).ToArray();
        var ticks = Ticks(ends.Min(), ends.Max());
        string[] names = [.. drawn.Select(remedy => SvgFigure.Fit(remedy.Name, WidestName))];
        var figure = Rows(names, new AxisLimits(ticks[0], ticks[^1], 0.5 - drawn.Length, 0.5), right: 62);
        figure.LabelBottom(ticks, TickFormat(ticks), $"Difference in {SvgFigure.Fit(drawn[0].Metric, WidestName)}");
        for (var i = 0; i < drawn.Length; i++)
        {
            figure.NameRow(-i, names[i]);
            figure.NoteRow(-i, Figures.Difference(drawn[i].After - drawn[i].Before));
        }
        var zero = figure.Plot.Add.VerticalLine(0);
        (zero.LineColor, zero.LineWidth) = (s_grey, 1.2f);
        for (var i = 0; i < drawn.Length; i++)
        {
            var (gain, color) = (drawn[i].After - drawn[i].Before, drawn[i].Chosen ? s_green : s_grey);
            AddInterval(figure, gain, -i, drawn[i].Interval, color);
            figure.Plot.Add.Marker(gain, -i, MarkerShape.FilledCircle, 10, drawn[i].Chosen ? color : Colors.White);
            if (!drawn[i].Chosen)
                figure.Plot.Add.Marker(gain, -i, MarkerShape.OpenCircle, 9, color).MarkerLineWidth = 2;
        }
        return figure.ToMarkup(id, $"Difference in {SvgFigure.Fit(drawn[0].Metric, WidestName)} by remedy: " + string.Join(", ", drawn.Select((remedy, i) =>
            $"{names[i]} {Figures.Difference(remedy.After - remedy.Before)} ({Figures.DifferenceRange(remedy.Interval)})")) + ".");
    }

    private static SvgFigure Rows(string[] names, AxisLimits limits, int right) =>
        new(height: names.Length * RowHeight + 52, new PixelPadding((float)names.Max(SvgFigure.WidthOf) + 16, right, 44, 8), limits);

    private static void AddRowIntervals(SvgFigure figure, (double Value, Interval Interval)[] rows, Color color)
    {
        for (var i = 0; i < rows.Length; i++)
            AddInterval(figure, rows[i].Value, -i, rows[i].Interval, color);
    }

    private static void AddInterval(SvgFigure figure, double x, double y, Interval interval, Color color)
    {
        if (double.IsFinite(interval.Low) && double.IsFinite(interval.High))
            figure.Plot.Add.Plottable(new ErrorBar([x], [y], [x - interval.Low], [interval.High - x], null, null) { Color = color, LineWidth = 1.4f, CapSize = 4 });
    }

    private static double[] Below(IEnumerable<Estimate> estimates) => [.. estimates.Select(estimate => FiniteOrZero(estimate.Value - estimate.Interval.Low))];

    private static double[] Above(IEnumerable<Estimate> estimates) => [.. estimates.Select(estimate => FiniteOrZero(estimate.Interval.High - estimate.Value))];

    private static double FiniteOrZero(double value) => double.IsFinite(value) ? value : 0;

    private static Func<double, string> TickFormat(double[] ticks)
    {
        var decimals = Math.Clamp((int)Math.Ceiling(-Math.Log10(ticks[1] - ticks[0]) - 1e-9), 0, 9);
        var format = decimals == 0 ? "+#,0;-#,0;0" : $"+0.{new string('0', decimals)};-0.{new string('0', decimals)};0";
        return tick => tick.ToString(format, CultureInfo.InvariantCulture);
    }

    // Steps of 1, 2 or 5 times a power of ten that cover the range in 3 to 6 steps.
    private static double[] Ticks(double low, double high)
    {
        var width = high - low > 1e-9 * Math.Max(1, Math.Abs(high)) ? high - low : Math.Max(0.01, Math.Abs(high) * 0.1);
        var power = Math.Pow(10, Math.Floor(Math.Log10(width / 4)));
        var step = power * (width / 4 / power) switch { <= 1 => 1, <= 2 => 2, <= 5 => 5, _ => 10 };
        var (first, last) = ((long)Math.Floor(low / step + 1e-9), (long)Math.Ceiling(high / step - 1e-9));
        if (first == last)
            (first, last) = (first - 1, last + 1);
        return [.. Enumerable.Range(0, (int)(last - first) + 1).Select(i => (first + i) * step)];
    }
}
