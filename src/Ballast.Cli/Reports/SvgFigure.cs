using System.Globalization;
using System.Text;
using System.Xml.Linq;
using ScottPlot;

namespace Ballast.Cli.Reports;

/// <summary>A ScottPlot drawing made fit to stand inside a page, with its texts as real text.</summary>
/// <remarks>
/// ScottPlot draws grid, bars, markers and intervals. It would also draw letters, but in the fonts of the machine that makes the report, each letter placed by
/// that font's widths and those it lacks left out. So labels are written here instead, in the fonts of the page, where a reader can select them
/// and every machine gives the same bytes.
/// </remarks>
internal sealed class SvgFigure
{
    /// <summary>Width in drawing units. Narrow, so that 12 units of text can still be read where a phone shrinks it.</summary>
    public const int Width = 400;

    private static readonly XNamespace s_svg = "http://www.w3.org/2000/svg";
    private readonly StringBuilder _labels = new();
    private readonly PixelPadding _padding;
    private readonly int _height;
    private readonly AxisLimits _limits;

    /// <summary>Makes an empty drawing.</summary>
    /// <param name="height">Height in drawing units.</param>
    /// <param name="padding">Room for labels around the data.</param>
    /// <param name="limits">What the data area shows.</param>
    public SvgFigure(int height, PixelPadding padding, AxisLimits limits)
    {
        (_height, _padding, _limits) = (height, padding, limits);
        Plot.FigureBackground.Color = Colors.Transparent;
        Plot.DataBackground.Color = Colors.Transparent;
        Plot.Layout.Fixed(padding);
        Plot.Axes.SetLimits(limits);
        foreach (var axis in Plot.Axes.GetAxes())
        {
            axis.TickLabelStyle.IsVisible = false;
            axis.FrameLineStyle.IsVisible = false;
            axis.MajorTickStyle.Length = axis.MinorTickStyle.Length = 0;
        }
        Plot.Grid.MajorLineColor = Color.FromHex("#E3E7EB");
        Plot.Axes.Bottom.SetTicks([], []);
        Plot.Axes.Left.SetTicks([], []);
    }

    /// <summary>What to draw on.</summary>
    public Plot Plot { get; } = new();

    /// <summary>Grid lines and labels along the bottom.</summary>
    public void LabelBottom(IReadOnlyList<double> ticks, Func<double, string> format, string title)
    {
        Plot.Axes.Bottom.SetTicks([.. ticks], [.. ticks.Select(_ => "")]);
        var every = 1;
        while (every < ticks.Count && ticks.Count > 1 && ticks.Max(tick => WidthOf(format(tick))) + 8 > every * (X(ticks[1]) - X(ticks[0])))
            every++;
        // Labels that would touch are left out, never the one at zero.
        var zero = Math.Max(0, ticks.ToList().FindIndex(tick => Math.Abs(tick) < 1e-12));
        for (var i = zero % every; i < ticks.Count; i += every)
            AddLabel(X(ticks[i]), _height - _padding.Bottom + 18, "middle", format(ticks[i]));
        AddLabel((_padding.Left + Width - _padding.Right) / 2, _height - 5, "middle", title);
    }

    /// <summary>Grid lines and numbers along the left.</summary>
    public void LabelLeft(IReadOnlyList<double> ticks, Func<double, string> format, string title)
    {
        Plot.Axes.Left.SetTicks([.. ticks], [.. ticks.Select(_ => "")]);
        foreach (var tick in ticks)
            AddLabel(_padding.Left - 6, Y(tick) + 4, "end", format(tick));
        var middle = (_padding.Top + _height - _padding.Bottom) / 2;
        AddLabel(12, middle, "middle", title, Invariant($" transform=\"rotate(-90 12 {middle:0.##})\""));
    }

    /// <summary>The name of a row, left of the data area at height <paramref name="y"/>.</summary>
    public void NameRow(double y, string name) => AddLabel(_padding.Left - 8, Y(y) + 4, "end", name);

    /// <summary>A figure right of the data area at height <paramref name="y"/>.</summary>
    public void NoteRow(double y, string note) => AddLabel(Width - _padding.Right + 8, Y(y) + 4, "start", note);

    /// <summary>About the width of <paramref name="text"/> at the size of labels, in drawing units; no font is asked, so every machine gives the same.</summary>
    public static double WidthOf(string text) => text.Sum(WidthOf);

    /// <summary>The text, cut with an ellipsis where it is wider than <paramref name="width"/>.</summary>
    public static string Fit(string text, double width)
    {
        var used = 0.0;
        for (var i = 0; i < text.Length; i++)
        {
            used += WidthOf(text[i]);
            if (used > width)
                return Figures.Clip(text, Math.Max(2, i));
        }
        return text;
    }

    /// <summary>The drawing as markup.</summary>
    /// <param name="id">Unique in the page; ids inside the drawing begin with it.</param>
    /// <param name="description">What the drawing shows, for those who do not see it.</param>
    public string ToMarkup(string id, string description)
    {
        var svg = XElement.Parse(Plot.GetSvgXml(Width, _height));
        svg.Descendants(s_svg + "text").Remove();
        MakeIdsUnique(svg, id + "-clip");
        svg.Attributes().Where(attribute => attribute.Name.LocalName is "width" or "height" || attribute is { IsNamespaceDeclaration: true, Name.LocalName: "xlink" }).Remove();
        svg.SetAttributeValue("viewBox", $"0 0 {Width} {_height}");
        svg.SetAttributeValue("role", "img");
        var text = svg.ToString(SaveOptions.DisableFormatting);
        var open = text.IndexOf('>', StringComparison.Ordinal);
        return $"{text[..open]} aria-label=\"{HtmlBuilder.Encode(description)}\">{text[(open + 1)..^"</svg>".Length]}{_labels}</svg>";
    }

    // East Asian letters and both halves of a surrogate pair fill a square; Latin, Greek, Cyrillic, Hebrew and Arabic about half of one.
    private static double WidthOf(char c) => c is >= '\u1100' and < '\uD800' or >= '\uF900' ? 12 : char.IsUpper(c) || char.IsSurrogate(c) ? 8 : 6.6;

    // Skia numbers clip paths through the whole life of the process, so ids are numbered anew, in the order they stand.
    private static void MakeIdsUnique(XElement svg, string prefix)
    {
        var ids = svg.Descendants().Attributes("id").Select((id, i) => (Old: id.Value, New: $"{prefix}{i}")).ToDictionary(pair => pair.Old, pair => pair.New);
        foreach (var attribute in svg.Descendants().Attributes().ToArray())
            if (attribute.Name.LocalName == "id")
                attribute.Value = ids[attribute.Value];
            else if (attribute.Value.StartsWith("url(#", StringComparison.Ordinal))
                attribute.Value = $"url(#{ids[attribute.Value["url(#".Length..^1]]})";
    }

    private void AddLabel(double x, double y, string anchor, string text, string attributes = "") =>
        _labels.Append(Invariant($"<text x=\"{x:0.##}\" y=\"{y:0.##}\" text-anchor=\"{anchor}\"{attributes}>")).Append(HtmlBuilder.Encode(text)).Append("</text>");

    private double X(double value) =>
        _padding.Left + (value - _limits.Left) / (_limits.Right - _limits.Left) * (Width - _padding.Left - _padding.Right);

    private double Y(double value) =>
        _height - _padding.Bottom - (value - _limits.Bottom) / (_limits.Top - _limits.Bottom) * (_height - _padding.Top - _padding.Bottom);

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
