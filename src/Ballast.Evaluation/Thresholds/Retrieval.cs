using Ballast.Core;

namespace Ballast.Evaluation.Thresholds;

/// <summary>How well nearest neighbours find their class.</summary>
public static class Retrieval
{
    /// <summary>Recall@K, leave-one-out: share of rows with a row of their class among the K most alike others.</summary>
    /// <remarks>Rows without another of their class cannot be found and are left out. Of equally alike rows the earlier one is nearer. O(n^2 D), on all cores.</remarks>
    /// <param name="embeddings">The rows.</param>
    /// <param name="k">At least 1.</param>
    /// <param name="cancellation">Looked at before each row.</param>
    /// <returns>0 to 1; NaN where no class has two rows.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="k"/> is below 1.</exception>
    public static double RecallAtK(LabelledEmbeddings embeddings, int k, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(embeddings);
        Guard.Positive(k);
        long found = 0, asked = 0;
        Parallel.For(0, embeddings.Count, new ParallelOptions { CancellationToken = cancellation }, () => (Found: 0L, Asked: 0L, Cosines: new double[embeddings.Count]), (query, _, local) =>
        {
            var (start, end) = (embeddings.StartOf(embeddings.ClassAt(query)), embeddings.StartOf(embeddings.ClassAt(query) + 1));
            if (end - start < 2)
                return local;
            for (var other = 0; other < local.Cosines.Length; other++)
                local.Cosines[other] = embeddings.Cosine(query, other);
            var nearest = start == query ? start + 1 : start;
            for (var other = nearest + 1; other < end; other++)
                if (other != query && local.Cosines[other] > local.Cosines[nearest])
                    nearest = other;
            var nearer = 0;
            for (var other = 0; other < local.Cosines.Length && nearer < k; other++)
                if ((other < start || other >= end) && (local.Cosines[other] > local.Cosines[nearest]
                    || (local.Cosines[other] == local.Cosines[nearest] && embeddings.RowAt(other) < embeddings.RowAt(nearest))))
                    nearer++;
            return (local.Found + (nearer < k ? 1 : 0), local.Asked + 1, local.Cosines);
        }, local =>
        {
            Interlocked.Add(ref found, local.Found);
            Interlocked.Add(ref asked, local.Asked);
        });
        return asked == 0 ? double.NaN : (double)found / asked;
    }
}
