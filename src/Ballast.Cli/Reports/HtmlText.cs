namespace Ballast.Cli.Reports;

/// <summary>Markup whose texts are encoded already, so that it may fill a hole of <see cref="HtmlBuilder.Add"/> as it is.</summary>
internal readonly record struct HtmlText(string? Markup)
{
    /// <summary>The pieces one after another; <paramref name="markup"/> must encode what it takes from an item.</summary>
    public static HtmlText Join<T>(IEnumerable<T> items, Func<T, string> markup) => new(string.Concat(items.Select(markup)));
}
