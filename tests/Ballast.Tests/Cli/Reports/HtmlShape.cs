namespace Ballast.Tests.Cli.Reports;

/// <summary>A small strict reader of tags: quoted attributes alone, every element closed in order.</summary>
internal static class HtmlShape
{
    private static readonly HashSet<string> s_void = ["meta", "br", "hr"];

    /// <summary>Opening and closing tags in order; the content of a style element is no markup.</summary>
    public static IEnumerable<(string Name, string Text)> Tags(string html)
    {
        var position = 0;
        while ((position = html.IndexOf('<', position)) >= 0)
        {
            var end = EndOfTag(html, position);
            var text = html[position..(end + 1)];
            var name = text.Trim('<', '>', '/').Split([' ', '\n', '/'], 2)[0];
            yield return (text.StartsWith("</", StringComparison.Ordinal) ? "/" + name : name, text);
            position = name == "style" && text[1] != '/' ? html.IndexOf("</style", end, StringComparison.Ordinal) : end + 1;
        }
    }

    /// <summary>What is wrong with the nesting, one sentence each.</summary>
    public static IReadOnlyList<string> Faults(string html)
    {
        var faults = new List<string>();
        var open = new Stack<string>();
        foreach (var (name, text) in Tags(html))
            if (name[0] == '/')
            {
                if (!open.TryPop(out var last) || last != name[1..])
                    faults.Add($"{text} closes {last ?? "nothing"}");
            }
            else if (name[0] != '!' && !s_void.Contains(name) && !text.EndsWith("/>", StringComparison.Ordinal))
                open.Push(name);
        faults.AddRange(open.Select(name => $"<{name}> is never closed"));
        return faults;
    }

    private static int EndOfTag(string html, int start)
    {
        var quoted = false;
        for (var i = start + 1; i < html.Length; i++)
            if (html[i] == '"')
                quoted = !quoted;
            else if (html[i] == '>' && !quoted)
                return i;
            else if (html[i] == '<' && !quoted)
                throw new FormatException($"'<' inside a tag: {html[start..Math.Min(html.Length, i + 20)]}");
        throw new FormatException($"A tag never ends: {html[start..Math.Min(html.Length, start + 40)]}");
    }
}
