namespace Ballast.Evaluation.Slices.Language;

/// <summary>Which rows' own texts name an attribute that a chat model put in words of its own.</summary>
internal static class AttributeMention
{
    /// <summary>Rows whose text has all words, function words apart, of the attribute or of one of its prompts.</summary>
    public static IEnumerable<int> Rows(SliceHypothesis hypothesis, IReadOnlyList<string> texts)
    {
        string[][] wanted = [.. hypothesis.Prompts.Prepend(hypothesis.Attribute).Select(text => Words.Of(text).Where(word => !Words.IsFunctionWord(word)).ToArray()).Where(words => words.Length > 0)];
        for (var i = 0; i < texts.Count; i++)
        {
            var said = Words.Of(texts[i]).ToHashSet(StringComparer.Ordinal);
            if (Array.Exists(wanted, words => Array.TrueForAll(words, said.Contains)))
                yield return i;
        }
    }
}
