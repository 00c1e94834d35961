using System.Text;

namespace Ballast.Data.Reading;

/// <summary>The texts that mean "no value": compared without case and surrounding blanks; blanks alone always do.</summary>
internal sealed class MissingTokens(IEnumerable<string> tokens)
{
    private readonly HashSet<string> tokens = new(tokens.Select(token => token.Trim()), StringComparer.OrdinalIgnoreCase);

    public bool Contains(ReadOnlySpan<byte> text)
    {
        var trimmed = text.Trim(" \t\r\n"u8);
        return trimmed.IsEmpty || (trimmed.Length <= 64 && tokens.Contains(Encoding.UTF8.GetString(trimmed)));
    }
}
