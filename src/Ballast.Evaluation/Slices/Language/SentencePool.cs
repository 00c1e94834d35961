namespace Ballast.Evaluation.Slices.Language;

/// <summary>The sentences that a discovery speaks with.</summary>
internal sealed class SentencePool
{
    private SentencePool(IReadOnlyList<string> sentences, int[]? rowOf) => (Sentences, RowOf) = (sentences, rowOf);

    public IReadOnlyList<string> Sentences { get; }

    /// <summary>The row of each sentence, ascending; null where sentences belong to no rows.</summary>
    public int[]? RowOf { get; }

    /// <exception cref="ArgumentException">There is no text to speak with, or nothing ties it to the rows.</exception>
    public static SentencePool Of(LadderInput input)
    {
        const string Needed = "Language-driven slices need words: a text for each row (a caption, a report, a note; for a table, TableTexts.Of makes them of its columns), "
            + "or a pool of sentences together with an embedding of each row in the space of the sentences' embeddings, such as a vision-language model gives for images.";
        var texts = input.Rows.Texts;
        if (texts is null && (input.Sentences is null || input.SharedEmbeddings.IsEmpty))
            throw new ArgumentException(Needed, nameof(input));
        if (input.Sentences is { } pool)
            return pool.Count > 0 ? new SentencePool(pool, null) : throw new ArgumentException("The pool holds no sentence.", nameof(input));
        var (sentences, rowOf) = (new List<string>(), new List<int>());
        for (var i = 0; i < texts!.Count; i++)
            foreach (var sentence in input.Kind == TextKind.Phrases ? [texts[i]] : Words.Sentences(texts[i]))
            {
                sentences.Add(sentence);
                rowOf.Add(i);
            }
        return sentences.Count > 0 ? new SentencePool(sentences, [.. rowOf]) : throw new ArgumentException("Every text is empty.", nameof(input));
    }
}
