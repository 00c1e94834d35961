namespace Ballast.Data.Duplicates;

/// <summary>Disjoint sets of 0..n-1 in which the smallest member stands for its set.</summary>
internal sealed class DisjointSets(int count)
{
    private readonly int[] parent = [.. Enumerable.Range(0, count)];

    public int Find(int item)
    {
        while (parent[item] != item)
            item = parent[item] = parent[parent[item]];
        return item;
    }

    public void Union(int a, int b)
    {
        (a, b) = (Find(a), Find(b));
        parent[Math.Max(a, b)] = Math.Min(a, b);
    }
}
