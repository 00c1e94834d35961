using Ballast.Core;

namespace Ballast.Reproductions;

/// <summary>An unpruned CART tree for a rare class against the rest: weighted Gini impurity, at least two rows a leaf, leaves decide by weighted majority.</summary>
/// <remarks>
/// Source: Breiman, Friedman, Olshen and Stone (1984). Exact: every feature is sorted once, and each split keeps all the orders by stable partition, so that
/// a level costs O(n d). Splits lie half way between neighbouring values; of equal gains the first feature and the lowest value win.
/// </remarks>
internal sealed class GiniTree
{
    private const int LeafRows = 2;

    private readonly List<Node> nodes = [];

    private GiniTree()
    {
    }

    private readonly record struct Node(int Feature, float Threshold, int Left, int Right, bool Rare);

    /// <summary>Grows a tree.</summary>
    /// <param name="data">Rows with finite features; their weights count.</param>
    /// <param name="rare">The class to be told from the rest.</param>
    public static GiniTree Fit(Dataset data, int rare) => new Growth(data, rare).Grow();

    /// <summary>Whether the tree takes a row for the rare class.</summary>
    public bool Decide(ReadOnlySpan<float> row)
    {
        var node = nodes[0];
        while (node.Left >= 0)
            node = nodes[row[node.Feature] <= node.Threshold ? node.Left : node.Right];
        return node.Rare;
    }

    private sealed class Growth
    {
        private readonly int n, d;
        private readonly float[] columns;       // feature after feature: n values
        private readonly int[] orders;          // feature after feature: rows by ascending value, kept so within every node
        private readonly double[] rareWeight, otherWeight;
        private readonly bool[] toLeft;
        private readonly int[] scratch;
        private readonly GiniTree tree = new();

        public Growth(Dataset data, int rare)
        {
            (n, d) = (data.Count, data.Width);
            (columns, orders, scratch, toLeft) = (new float[n * d], new int[n * d], new int[n], new bool[n]);
            (rareWeight, otherWeight) = (new double[n], new double[n]);
            for (var i = 0; i < n; i++)
            {
                var weight = data.Weights.IsEmpty ? 1 : data.Weights.Span[i];
                (data.Labels.Span[i] == rare ? rareWeight : otherWeight)[i] = weight;
                for (var j = 0; j < d; j++)
                    columns[j * n + i] = data.Row(i)[j];
            }
            var keys = new float[n];
            for (var j = 0; j < d; j++)
            {
                Array.Copy(columns, j * n, keys, 0, n);
                for (var i = 0; i < n; i++)
                    scratch[i] = i;
                Array.Sort(keys, scratch);
                Array.Copy(scratch, 0, orders, j * n, n);
            }
        }

        public GiniTree Grow()
        {
            var open = new Stack<(int Node, int Start, int End)>();
            tree.nodes.Add(default);
            open.Push((0, 0, n));
            while (open.TryPop(out var part))
            {
                var (rare, other) = Weigh(part.Start, part.End);
                var split = rare > 0 && other > 0 ? BestSplit(part.Start, part.End, rare, other) : null;
                if (split is not var (feature, middle, threshold))
                {
                    tree.nodes[part.Node] = new Node(-1, 0, -1, -1, rare > other);
                    continue;
                }
                Partition(part.Start, middle, part.End, feature);
                var left = tree.nodes.Count;
                tree.nodes.Add(default);
                tree.nodes.Add(default);
                tree.nodes[part.Node] = new Node(feature, threshold, left, left + 1, false);
                open.Push((left, part.Start, middle));
                open.Push((left + 1, middle, part.End));
            }
            return tree;
        }

        private (double Rare, double Other) Weigh(int start, int end)
        {
            var (rare, other) = (0.0, 0.0);
            for (var i = start; i < end; i++)
            {
                rare += rareWeight[orders[i]];
                other += otherWeight[orders[i]];
            }
            return (rare, other);
        }

        // Least impurity is greatest sum over both sides of (rare^2 + other^2) / (rare + other).
        private (int Feature, int Middle, float Threshold)? BestSplit(int start, int end, double rare, double other)
        {
            (int, int, float)? best = null;
            var bestPurity = double.NegativeInfinity;
            for (var j = 0; j < d; j++)
            {
                var order = orders.AsSpan(j * n, n);
                var values = columns.AsSpan(j * n, n);
                var (leftRare, leftOther) = (0.0, 0.0);
                for (var i = start; i < end - LeafRows; i++)
                {
                    leftRare += rareWeight[order[i]];
                    leftOther += otherWeight[order[i]];
                    var (value, next) = (values[order[i]], values[order[i + 1]]);
                    if (i + 1 - start < LeafRows || value == next)
                        continue;
                    var (rightRare, rightOther) = (rare - leftRare, other - leftOther);
                    var purity = (leftRare * leftRare + leftOther * leftOther) / (leftRare + leftOther)
                        + (rightRare * rightRare + rightOther * rightOther) / (rightRare + rightOther);
                    if (purity <= bestPurity)
                        continue;
                    bestPurity = purity;
                    // Of two floats without one between them the half way rounds to either: the lower one still divides.
                    var half = (float)(((double)value + next) / 2);
                    best = (j, i + 1, half < next ? half : value);
                }
            }
            return best;
        }

        private void Partition(int start, int middle, int end, int feature)
        {
            var splitOrder = orders.AsSpan(feature * n, n);
            for (var i = start; i < end; i++)
                toLeft[splitOrder[i]] = i < middle;
            for (var j = 0; j < d; j++)
            {
                if (j == feature)
                    continue;
                var order = orders.AsSpan(j * n, n);
                var (left, right) = (start, 0);
                for (var i = start; i < end; i++)
                {
                    var row = order[i];
                    if (toLeft[row])
                        order[left++] = row;
                    else
                        scratch[right++] = row;
                }
                scratch.AsSpan(0, right).CopyTo(order[left..]);
            }
        }
    }
}
