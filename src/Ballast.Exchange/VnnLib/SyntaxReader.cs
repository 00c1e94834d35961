using System.Globalization;
using Ballast.Core;

namespace Ballast.Exchange.VnnLib;

/// <summary>Cuts a text of parenthesised lists into statements. Depth is limited, so that no text overflows the stack.</summary>
internal sealed class SyntaxReader(string text, string file)
{
    private const int MaxDepth = 64;

    private int at;
    private int line = 1;
    private int lineStart;

    public IEnumerable<SyntaxNode> Statements()
    {
        while (SkipSpace())
            yield return Node(0);
    }

    private SyntaxNode Node(int depth)
    {
        var (startLine, startColumn) = (line, at - lineStart + 1);
        if (text[at] == ')')
            throw Error("')' without '('", "a statement");
        if (text[at] != '(')
            return new SyntaxNode(Word(), [], startLine, startColumn);
        if (depth == MaxDepth)
            throw Error($"parentheses nested more than {MaxDepth} deep", "a simpler formula");
        at++;
        var items = new List<SyntaxNode>();
        while (true)
        {
            if (!SkipSpace())
                throw new DataFormatException(file, "the end of the file", $"')' for the '(' of line {startLine}", line, Text(at - lineStart + 1));
            if (text[at] == ')')
            {
                at++;
                return new SyntaxNode(null, items, startLine, startColumn);
            }
            items.Add(Node(depth + 1));
        }
    }

    private string Word()
    {
        var start = at;
        while (at < text.Length && !char.IsWhiteSpace(text[at]) && text[at] is not ('(' or ')' or ';'))
            at++;
        return text[start..at];
    }

    private bool SkipSpace()
    {
        for (; at < text.Length; at++)
        {
            if (text[at] == ';')
                while (at + 1 < text.Length && text[at + 1] != '\n')
                    at++;
            else if (text[at] == '\n')
                (line, lineStart) = (line + 1, at + 1);
            else if (!char.IsWhiteSpace(text[at]) && text[at] != '\uFEFF')
                return true;
        }
        return false;
    }

    private DataFormatException Error(string found, string expected) => new(file, found, expected, line, Text(at - lineStart + 1));

    private static string Text(int column) => column.ToString(CultureInfo.InvariantCulture);
}
