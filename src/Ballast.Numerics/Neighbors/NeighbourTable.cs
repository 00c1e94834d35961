using Ballast.Core;

namespace Ballast.Numerics.Neighbors;

/// <summary>The k nearest neighbours of each query, nearest first, ties by lower index.</summary>
public sealed class NeighbourTable
{
    private readonly int[] indices;
    private readonly double[] squaredDistances;

    internal NeighbourTable(int queryCount, int neighbours)
    {
        (QueryCount, Neighbours) = (Guard.NotNegative(queryCount), Guard.Positive(neighbours));
        indices = new int[checked(queryCount * neighbours)];
        squaredDistances = new double[indices.Length];
        indices.AsSpan().Fill(int.MaxValue);
        squaredDistances.AsSpan().Fill(double.PositiveInfinity);
    }

    /// <summary>Number of queries.</summary>
    public int QueryCount { get; }

    /// <summary>Neighbours of each query k.</summary>
    public int Neighbours { get; }

    /// <summary>The k neighbours of query <paramref name="query"/>, nearest first.</summary>
    public ReadOnlySpan<int> Of(int query) => indices.AsSpan(query * Neighbours, Neighbours);

    /// <summary>Squared distances of the k neighbours of query <paramref name="query"/>, ascending.</summary>
    public ReadOnlySpan<double> SquaredDistances(int query) => squaredDistances.AsSpan(query * Neighbours, Neighbours);

    /// <summary>The squared distance that a further candidate must not exceed.</summary>
    internal double Limit(int query) => squaredDistances[query * Neighbours + Neighbours - 1];

    /// <summary>Takes the candidate in when it comes before the present k-th in the order (distance, index).</summary>
    internal bool Offer(int query, int candidate, double squaredDistance)
    {
        var distances = squaredDistances.AsSpan(query * Neighbours, Neighbours);
        var rows = indices.AsSpan(query * Neighbours, Neighbours);
        var place = Neighbours - 1;
        if (!Before(squaredDistance, candidate, distances[place], rows[place]))
            return false;
        for (; place > 0 && Before(squaredDistance, candidate, distances[place - 1], rows[place - 1]); place--)
            (distances[place], rows[place]) = (distances[place - 1], rows[place - 1]);
        (distances[place], rows[place]) = (squaredDistance, candidate);
        return true;
    }

    private static bool Before(double distance, int index, double otherDistance, int otherIndex) =>
        distance < otherDistance || (distance == otherDistance && index < otherIndex);
}
