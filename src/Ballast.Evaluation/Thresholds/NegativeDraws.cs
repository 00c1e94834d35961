using Ballast.Core;

namespace Ballast.Evaluation.Thresholds;

/// <summary>Negative pairs of a set too large for all of them, by seed.</summary>
internal static class NegativeDraws
{
    /// <summary>Distances of pairs drawn uniformly, with replacement, from all pairs of rows of different classes.</summary>
    public static double[] Pooled(LabelledEmbeddings embeddings, int draws, long seed)
    {
        // A pair is uniform when its first row's class is drawn by n_k (n - n_k): every unordered pair has two ways.
        var cumulative = new double[embeddings.Labels.Count];
        var total = 0.0;
        for (var k = 0; k < cumulative.Length; k++)
            cumulative[k] = total += (double)embeddings.SizeOf(k) * (embeddings.Count - embeddings.SizeOf(k));
        var random = RandomStream.For(seed, "pooled negatives");
        var distances = new double[draws];
        for (var i = 0; i < draws; i++)
        {
            var at = Array.BinarySearch(cumulative, random.NextDouble() * total);
            var k = Math.Min(at >= 0 ? at + 1 : ~at, cumulative.Length - 1);
            distances[i] = embeddings.Distance(embeddings.StartOf(k) + random.Next(embeddings.SizeOf(k)), Outside(embeddings, k, random.Next(embeddings.Count - embeddings.SizeOf(k))));
        }
        return distances;
    }

    /// <summary>Distances of different pairs with one row in class <paramref name="k"/>; all pairs where there are no more than <paramref name="draws"/>.</summary>
    public static double[] OfClass(LabelledEmbeddings embeddings, int k, int draws, long seed)
    {
        long others = embeddings.Count - embeddings.SizeOf(k), total = embeddings.SizeOf(k) * others;
        double Distance(long pair) => embeddings.Distance(embeddings.StartOf(k) + (int)(pair / others), Outside(embeddings, k, (int)(pair % others)));
        if (total <= draws)
            return [.. Enumerable.Range(0, (int)total).Select(pair => Distance(pair))];
        var random = RandomStream.For(seed, "class negatives", k);
        var (seen, distances) = (new HashSet<long>(draws), new double[draws]);
        while (seen.Count < draws)
        {
            var pair = (long)random.Next(embeddings.SizeOf(k)) * others + random.Next((int)others);
            if (seen.Add(pair))
                distances[seen.Count - 1] = Distance(pair);
        }
        return distances;
    }

    private static int Outside(LabelledEmbeddings embeddings, int k, int index) => index < embeddings.StartOf(k) ? index : index + embeddings.SizeOf(k);
}
