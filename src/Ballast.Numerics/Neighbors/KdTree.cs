using System.Runtime.InteropServices;

namespace Ballast.Numerics.Neighbors;

/// <summary>A k-d tree with a bounding box a node: median splits of the widest side, leaves of a few points.</summary>
/// <remarks>Source: Friedman, Bentley and Finkel (1977). Building O(n log n) on average; exact search, ties by lower index.</remarks>
internal sealed class KdTree
{
    private const int LeafSize = 16;

    private readonly PointSet points;
    private readonly int[] order;
    private readonly double[] sorted;           // coordinates in the tree's order: a leaf is contiguous
    private readonly List<Node> nodes = [];
    private readonly List<double> boxes = [];   // node after node: d lows, d highs
    private readonly double safety;

    public KdTree(PointSet points)
    {
        this.points = points;
        order = new int[points.Count];
        for (var i = 0; i < order.Length; i++)
            order[i] = i;
        // A box's distance is rounded otherwise than a point's: never let rounding prune a tie.
        safety = 1 - (points.Width + 4) * Math.Pow(2, -51);
        Build(0, order.Length);
        sorted = new double[order.Length * points.Width];
        for (var i = 0; i < order.Length; i++)
            points.Point(order[i]).CopyTo(sorted.AsSpan(i * points.Width));
    }

    private readonly record struct Node(int Start, int End, int Left, int Right);

    public NeighbourTable Search(PointSet queries, int[] rows, bool excludeSelf, int k, CancellationToken cancellation)
    {
        var table = new NeighbourTable(rows.Length, k);
        const int Batch = 256;
        Parallel.For(0, (rows.Length + Batch - 1) / Batch, new ParallelOptions { CancellationToken = cancellation }, batch =>
        {
            for (var q = batch * Batch; q < Math.Min(rows.Length, (batch + 1) * Batch); q++)
                Visit(0, 0, queries.Point(rows[q]), q, excludeSelf ? rows[q] : -1, table);
        });
        return table;
    }

    private void Visit(int index, double bound, ReadOnlySpan<double> query, int q, int self, NeighbourTable table)
    {
        if (bound > table.Limit(q))
            return;
        var node = CollectionsMarshal.AsSpan(nodes)[index];
        if (node.Left < 0)
        {
            var d = points.Width;
            for (var i = node.Start; i < node.End; i++)
            {
                if (order[i] == self)
                    continue;
                var distance = PointSet.SquaredDistance(query, sorted.AsSpan(i * d, d));
                if (distance <= table.Limit(q))
                    table.Offer(q, order[i], distance);
            }
            return;
        }
        var (left, right) = (BoxDistance(node.Left, query), BoxDistance(node.Right, query));
        if (left <= right)
        {
            Visit(node.Left, left, query, q, self, table);
            Visit(node.Right, right, query, q, self, table);
        }
        else
        {
            Visit(node.Right, right, query, q, self, table);
            Visit(node.Left, left, query, q, self, table);
        }
    }

    private double BoxDistance(int index, ReadOnlySpan<double> query)
    {
        var d = query.Length;
        var box = CollectionsMarshal.AsSpan(boxes).Slice(index * 2 * d, 2 * d);
        var sum = 0.0;
        for (var j = 0; j < d; j++)
        {
            var outside = Math.Max(0, Math.Max(box[j] - query[j], query[j] - box[d + j]));
            sum += outside * outside;
        }
        return sum * safety;
    }

    private int Build(int start, int end)
    {
        var d = points.Width;
        var index = nodes.Count;
        nodes.Add(new Node(start, end, -1, -1));
        var (low, high) = (new double[d], new double[d]);
        low.AsSpan().Fill(double.PositiveInfinity);
        high.AsSpan().Fill(double.NegativeInfinity);
        for (var i = start; i < end; i++)
        {
            var point = points.Point(order[i]);
            for (var j = 0; j < d; j++)
            {
                if (!double.IsFinite(point[j]))
                    throw new ArgumentException($"Coordinate {j} of point {order[i]} is {point[j]}; all must be finite.");
                low[j] = Math.Min(low[j], point[j]);
                high[j] = Math.Max(high[j], point[j]);
            }
        }
        boxes.AddRange(low);
        boxes.AddRange(high);
        var axis = 0;
        for (var j = 1; j < d; j++)
            if (high[j] - low[j] > high[axis] - low[axis])
                axis = j;
        if (end - start <= LeafSize || high[axis] <= low[axis])
            return index;
        var middle = (start + end) / 2;
        SelectMedian(start, end - 1, middle, axis);
        var left = Build(start, middle);
        var right = Build(middle, end);
        nodes[index] = new Node(start, end, left, right);
        return index;
    }

    // Quickselect with the median of three; equal keys on both sides keep it linear on tied data.
    private void SelectMedian(int low, int high, int target, int axis)
    {
        while (low < high)
        {
            var pivot = Median(Key(low), Key((low + high) / 2), Key(high));
            var (i, j) = (low, high);
            while (i <= j)
            {
                while (Key(i) < pivot)
                    i++;
                while (Key(j) > pivot)
                    j--;
                if (i <= j)
                {
                    (order[i], order[j]) = (order[j], order[i]);
                    i++;
                    j--;
                }
            }
            if (target <= j)
                high = j;
            else if (target >= i)
                low = i;
            else
                return;
        }

        double Key(int i) => points.Point(order[i])[axis];
    }

    private static double Median(double a, double b, double c) => Math.Max(Math.Min(a, b), Math.Min(Math.Max(a, b), c));
}
