namespace Ballast.Cli.Reports;

/// <summary>Makes a user's text safe to show: nothing in it acts on the page or the terminal, and nothing is hidden.</summary>
internal static class VisibleText
{
    /// <summary>
    /// Control characters become their pictures (U+2400 and after); those that have none, noncharacters, lone surrogates and the controls that
    /// turn the direction of what follows become U+FFFD.
    /// </summary>
    public static string Of(string text)
    {
        if (!text.Any(c => NeedsPicture(c) || char.IsSurrogate(c)))
            return text;
        return string.Create(text.Length, text, (characters, source) =>
        {
            for (var i = 0; i < characters.Length; i++)
            {
                if (i + 1 < source.Length && char.IsSurrogatePair(source[i], source[i + 1]))
                {
                    (characters[i], characters[i + 1]) = (source[i], source[i + 1]);
                    i++;
                }
                else
                    characters[i] = NeedsPicture(source[i]) || char.IsSurrogate(source[i]) ? Picture(source[i]) : source[i];
            }
        });
    }

    private static bool NeedsPicture(char c) =>
        char.IsControl(c) || c is '\uFFFE' or '\uFFFF' or (>= '\u2028' and <= '\u202E') or (>= '\u2066' and <= '\u2069');

    private static char Picture(char c) => c switch
    {
        < ' ' => (char)('\u2400' + c),
        '\u007F' => '\u2421',
        _ => '\uFFFD',
    };
}
