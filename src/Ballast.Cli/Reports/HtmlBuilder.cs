using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Unicode;

namespace Ballast.Cli.Reports;

/// <summary>Builds HTML from interpolated strings: what the program wrote stands as it is, what it fills in is always encoded.</summary>
internal sealed class HtmlBuilder
{
    // Any script stays readable; <, >, &, quotes, and what has no glyph become character references, good in HTML and in SVG.
    private static readonly HtmlEncoder s_encoder = HtmlEncoder.Create(UnicodeRanges.All);
    private readonly StringBuilder _html = new(1 << 16);

    /// <summary>Appends markup; every hole of <paramref name="markup"/> is encoded as text.</summary>
    public void Add([InterpolatedStringHandlerArgument("")] ref Handler markup)
    {
        // The handler has written to this builder already.
        _ = markup;
        _html.Append('\n');
    }

    /// <summary>Appends markup that holds no text of the user's, such as a style sheet or a drawing made of encoded parts.</summary>
    public void AddMarkup(string markup) => _html.Append(markup).Append('\n');

    /// <inheritdoc/>
    public override string ToString() => _html.ToString();

    /// <summary>The text, visible (<see cref="VisibleText"/>), with everything encoded that HTML or XML would take for markup.</summary>
    public static string Encode(string text) => s_encoder.Encode(VisibleText.Of(text));

    /// <summary>Writes literals as they are and values encoded.</summary>
    [InterpolatedStringHandler]
    public readonly ref struct Handler
    {
        private readonly StringBuilder _target;

        /// <summary>Called by the compiler.</summary>
        public Handler(int literalLength, int formattedCount, HtmlBuilder builder)
        {
            _ = (literalLength, formattedCount);
            _target = builder._html;
        }

        /// <summary>Called by the compiler for what the program wrote.</summary>
        public void AppendLiteral(string literal) => _target.Append(literal);

        /// <summary>Called by the compiler for a hole.</summary>
        public void AppendFormatted(string text) => _target.Append(Encode(text));

        /// <summary>Called by the compiler for a hole.</summary>
        public void AppendFormatted(int number) => _target.Append(number);

        /// <summary>Called by the compiler for a hole that holds encoded markup.</summary>
        public void AppendFormatted(HtmlText text) => _target.Append(text.Markup);
    }
}
