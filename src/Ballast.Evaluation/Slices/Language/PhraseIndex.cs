namespace Ballast.Evaluation.Slices.Language;

/// <summary>Which sentences have which phrase.</summary>
internal sealed class PhraseIndex
{
    private const int LongestPhrase = 3;
    private const double LeastShare = 0.01, LargestShare = 0.6;

    private PhraseIndex(IReadOnlyList<(string, int[])> phrases, int sentences) => (Phrases, Sentences) = (phrases, sentences);

    /// <summary>Phrases in ordinal order, each with the positions of its sentences, ascending.</summary>
    public IReadOnlyList<(string Phrase, int[] Sentences)> Phrases { get; }

    /// <summary>All sentences.</summary>
    public int Sentences { get; }

    /// <summary>Phrases that are in 1% to 60% of the sentences: of prose, runs of one to three words that neither begin nor end with a function word and name no class.</summary>
    public static PhraseIndex Of(IReadOnlyList<string> sentences, TextKind kind, IReadOnlyList<string> classNames)
    {
        var named = classNames.SelectMany(Words.Of).ToHashSet(StringComparer.Ordinal);
        var found = new SortedDictionary<string, List<int>>(StringComparer.Ordinal);
        for (var s = 0; s < sentences.Count; s++)
            foreach (var phrase in (kind == TextKind.Phrases ? Words.Phrases(sentences[s]) : Runs([.. Words.Of(sentences[s])], named)).Distinct())
                if (found.TryGetValue(phrase, out var places))
                    places.Add(s);
                else
                    found[phrase] = [s];
        return new PhraseIndex(
            [.. found.Where(pair => pair.Value.Count >= LeastShare * sentences.Count && pair.Value.Count <= LargestShare * sentences.Count).Select(pair => (pair.Key, pair.Value.ToArray()))], sentences.Count);
    }

    private static IEnumerable<string> Runs(string[] words, HashSet<string> named)
    {
        for (var start = 0; start < words.Length; start++)
            for (var end = start + 1; end <= Math.Min(words.Length, start + LongestPhrase) && !named.Contains(words[end - 1]); end++)
                if (!Words.IsFunctionWord(words[start]) && !Words.IsFunctionWord(words[end - 1]))
                    yield return string.Join(' ', words[start..end]);
    }
}
