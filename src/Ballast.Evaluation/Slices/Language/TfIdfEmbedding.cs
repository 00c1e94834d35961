namespace Ballast.Evaluation.Slices.Language;

/// <summary>Sentences as weights of their words: tokens [a-z0-9] of two or more characters, counts times ln((1+n)/(1+df)) + 1, of length 1.</summary>
/// <remarks>A sentence without a known word is 0. Words in ordinal order.</remarks>
public sealed class TfIdfEmbedding : ITextEmbedding
{
    private readonly Dictionary<string, int> places;
    private readonly double[] weights;

    /// <summary>Learns words and weights.</summary>
    /// <exception cref="ArgumentException">No sentence has a word.</exception>
    public TfIdfEmbedding(IReadOnlyList<string> sentences)
    {
        ArgumentNullException.ThrowIfNull(sentences);
        var frequency = new SortedDictionary<string, int>(StringComparer.Ordinal);
        foreach (var sentence in sentences)
            foreach (var word in Words.Of(sentence).Where(IsCounted).Distinct())
                frequency[word] = frequency.GetValueOrDefault(word) + 1;
        if (frequency.Count == 0)
            throw new ArgumentException("No sentence has a word of two or more letters or digits.", nameof(sentences));
        places = frequency.Keys.Select((word, place) => (word, place)).ToDictionary(pair => pair.word, pair => pair.place, StringComparer.Ordinal);
        weights = [.. frequency.Values.Select(df => Math.Log((1.0 + sentences.Count) / (1 + df)) + 1)];
    }

    /// <inheritdoc/>
    public int Width => weights.Length;

    /// <inheritdoc/>
    public double[] Embed(IReadOnlyList<string> sentences, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(sentences);
        var embeddings = new double[sentences.Count * Width];
        for (var i = 0; i < sentences.Count; i++)
        {
            var row = embeddings.AsSpan(i * Width, Width);
            foreach (var word in Words.Of(sentences[i]))
                if (places.TryGetValue(word, out var place))
                    row[place] += weights[place];
            UnitLength.Scale(row);
        }
        return embeddings;
    }

    private static bool IsCounted(string word) => word.Length >= 2;
}
