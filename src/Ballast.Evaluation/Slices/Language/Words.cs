namespace Ballast.Evaluation.Slices.Language;

/// <summary>Parts of a text.</summary>
internal static class Words
{
    public const string PhraseEnd = "; ";

    // Words that carry no attribute. Negations do ("without a tube"), so they are not among these.
    private static readonly HashSet<string> functionWords =
    [
        "a", "an", "the", "this", "that", "these", "those", "it", "its", "and", "or", "but", "of", "on", "in", "at", "to", "by", "for", "from", "with", "as", "is", "are", "was", "were", "be",
        "been", "has", "have", "had", "there", "which", "who", "some", "any", "also", "very", "then", "than",
    ];

    /// <summary>Runs of a-z and 0-9 after lowering.</summary>
    public static IEnumerable<string> Of(string text)
    {
        var lower = text.ToLowerInvariant();
        for (int i = 0, start = -1; i <= lower.Length; i++)
        {
            var inside = i < lower.Length && char.IsAsciiLetterOrDigit(lower[i]);
            if (inside && start < 0)
                start = i;
            if (!inside && start >= 0)
            {
                yield return lower[start..i];
                start = -1;
            }
        }
    }

    /// <summary>What stands between ends of phrases.</summary>
    public static IEnumerable<string> Phrases(string text) => text.Split(PhraseEnd, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    /// <summary>Sentences end at a line's end, and at . ! or ? before white space.</summary>
    public static IEnumerable<string> Sentences(string text)
    {
        var start = 0;
        for (var i = 0; i <= text.Length; i++)
        {
            var ends = i == text.Length || text[i] is '\n' or '\r' || (char.IsWhiteSpace(text[i]) && i > 0 && text[i - 1] is '.' or '!' or '?');
            if (!ends)
                continue;
            if (text[start..i].Trim() is { Length: > 0 } sentence)
                yield return sentence;
            start = i;
        }
    }

    public static bool IsFunctionWord(string word) => functionWords.Contains(word);
}
