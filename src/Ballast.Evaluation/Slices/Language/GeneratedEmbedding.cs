using Microsoft.Extensions.AI;

namespace Ballast.Evaluation.Slices.Language;

/// <summary>Sentences embedded by a model behind <see cref="IEmbeddingGenerator{TInput, TEmbedding}"/>. The texts go wherever that model runs.</summary>
/// <param name="generator">The model.</param>
public sealed class GeneratedEmbedding(IEmbeddingGenerator<string, Embedding<float>> generator) : ITextEmbedding
{
    private const int Batch = 128;

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">The model gave too few vectors, vectors of different lengths, or values that are not finite.</exception>
    public async ValueTask<double[]> EmbedAsync(IReadOnlyList<string> sentences, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(sentences);
        double[]? embeddings = null;
        var width = 0;
        for (var start = 0; start < sentences.Count; start += Batch)
        {
            string[] batch = [.. sentences.Skip(start).Take(Batch)];
            var vectors = await generator.GenerateAsync(batch, cancellationToken: cancellation).ConfigureAwait(false);
            if (vectors.Count != batch.Length)
                throw new InvalidOperationException($"The embedding model gave {vectors.Count} vectors for {batch.Length} sentences.");
            embeddings ??= new double[sentences.Count * (width = vectors[0].Vector.Length)];
            for (var i = 0; i < batch.Length; i++)
            {
                var vector = vectors[i].Vector.Span;
                if (vector.Length != width || width == 0)
                    throw new InvalidOperationException($"The embedding model gave vectors of {width} and {vector.Length} values.");
                for (var j = 0; j < width; j++)
                    embeddings[(start + i) * width + j] = float.IsFinite(vector[j]) ? vector[j] : throw new InvalidOperationException($"The embedding model gave {vector[j]} for '{batch[i]}'.");
            }
        }
        return embeddings ?? [];
    }
}
