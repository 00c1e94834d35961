namespace Ballast.Evaluation.Slices.Language;

/// <summary>Sentences as weights of their terms: counts times ln((1+n)/(1+df)) + 1, of length 1.</summary>
/// <remarks>
/// Terms of prose are tokens [a-z0-9] of two or more characters; of phrases, the phrases. Terms stand in ordinal order. Where there are more than <see cref="MostTerms"/>, those in most
/// sentences are kept (ties: the first in ordinal order), so that n rows take at most 16 KiB each. A sentence without a known term is 0.
/// </remarks>
public sealed class TfIdfEmbedding : ITextEmbedding
{
    /// <summary>Terms kept at most.</summary>
    public const int MostTerms = 2048;

    private readonly TextKind kind;
    private readonly Dictionary<string, int> places;
    private readonly double[] weights;

    /// <summary>Learns terms and weights.</summary>
    /// <exception cref="ArgumentException">No sentence has a term.</exception>
    public TfIdfEmbedding(IReadOnlyList<string> sentences, TextKind kind = TextKind.Prose)
    {
        ArgumentNullException.ThrowIfNull(sentences);
        this.kind = kind;
        var frequency = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var sentence in sentences)
            foreach (var term in Terms(sentence).Distinct())
                frequency[term] = frequency.GetValueOrDefault(term) + 1;
        if (frequency.Count == 0)
            throw new ArgumentException("No sentence has a word of two or more letters or digits.", nameof(sentences));
        var kept = frequency.OrderByDescending(pair => pair.Value).ThenBy(pair => pair.Key, StringComparer.Ordinal).Take(MostTerms).OrderBy(pair => pair.Key, StringComparer.Ordinal).ToArray();
        places = kept.Select((pair, place) => (pair.Key, place)).ToDictionary(pair => pair.Key, pair => pair.place, StringComparer.Ordinal);
        weights = [.. kept.Select(pair => Math.Log((1.0 + sentences.Count) / (1 + pair.Value)) + 1)];
    }

    /// <summary>Values of an embedding m.</summary>
    public int Width => weights.Length;

    /// <summary>k x m values for k sentences, row-major.</summary>
    public double[] Embed(IReadOnlyList<string> sentences)
    {
        ArgumentNullException.ThrowIfNull(sentences);
        var embeddings = new double[sentences.Count * Width];
        for (var i = 0; i < sentences.Count; i++)
        {
            var row = embeddings.AsSpan(i * Width, Width);
            foreach (var term in Terms(sentences[i]))
                if (places.TryGetValue(term, out var place))
                    row[place] += weights[place];
            UnitLength.Scale(row);
        }
        return embeddings;
    }

    /// <inheritdoc/>
    public ValueTask<double[]> EmbedAsync(IReadOnlyList<string> sentences, CancellationToken cancellation = default)
    {
        cancellation.ThrowIfCancellationRequested();
        return ValueTask.FromResult(Embed(sentences));
    }

    private IEnumerable<string> Terms(string sentence) => kind == TextKind.Phrases ? Words.Phrases(sentence) : Words.Of(sentence).Where(word => word.Length >= 2);
}
