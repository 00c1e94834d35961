using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Ballast.Numerics.Neighbors;

/// <summary>All pairs in float32 by register-blocked products; pairs that could be among the k nearest are measured again in float64.</summary>
/// <remarks>
/// With x a query, y a candidate, both embedded: D/2 = |x|^2/2 + |y|^2/2 - x.y. Float32 arithmetic over w coordinates errs by at most
/// c (|x| |y| + |y|^2 / 2), c = 1.01 * 2^-24 (w + 8) (Higham, Accuracy and Stability, section 3.1), which is at most c (|x|^2 / 2 + |y|^2).
/// So a pair with D not above the present k-th distance T always has
/// (1/2 - c) |y|^2 - x.y &lt;= T/2 - (1/2 - c/2) |x|^2: one subtraction and one comparison a pair, and nothing is ever missed.
/// </remarks>
internal sealed unsafe class BlockedSearch
{
    private const int PanelWidth = 32;      // candidates in two registers
    private const int TileHeight = 8;       // queries: 16 sums stay in registers
    private const int QueryBlock = 64;      // queries that share a walk through the candidates
    private const int PanelsPerVisit = 16;  // walked in scattered order, so that sorted tables tighten the limit early too

    private readonly PointSet queries, points;
    private readonly int[] rows;
    private readonly bool excludeSelf;
    private readonly FloatEmbedding queryEmbedding;
    private readonly int width, panels;
    private readonly double scale, slack;
    private readonly float[] packed;        // panel after panel: [width][PanelWidth]
    private readonly float[] halfNorms;     // (1/2 - c) |y|^2, NaN beyond the last candidate
    private readonly NeighbourTable table;

    private BlockedSearch(PointSet queries, int[] rows, PointSet points, bool excludeSelf, int k)
    {
        (this.queries, this.rows, this.points, this.excludeSelf) = (queries, rows, points, excludeSelf);
        table = new NeighbourTable(rows.Length, k);
        var embedding = FloatEmbedding.Of(points);
        queryEmbedding = embedding.With(queries);
        width = embedding.Width;
        var largest = Math.Max(embedding.LargestSquaredNorm(), queryEmbedding.LargestSquaredNorm());
        scale = largest > 0 ? Math.ScaleB(1, Math.Min(400, -(Math.ILogB(largest) / 2) - 1)) : 1;
        slack = 1.01 * (width + 8) * Math.ScaleB(1, -24);
        panels = (points.Count + PanelWidth - 1) / PanelWidth;
        packed = new float[checked(panels * width * PanelWidth)];
        halfNorms = new float[panels * PanelWidth];
        Parallel.For(0, panels, panel =>
        {
            var destination = packed.AsSpan(panel * width * PanelWidth, width * PanelWidth);
            for (var lane = 0; lane < PanelWidth; lane++)
            {
                var candidate = panel * PanelWidth + lane;
                halfNorms[candidate] = float.NaN;
                if (candidate >= points.Count)
                    continue;
                embedding.Write(candidate, scale, destination[lane..], PanelWidth);
                halfNorms[candidate] = MathF.BitDecrement((float)((0.5 - slack) * embedding.SquaredNorm(candidate) * scale * scale));
            }
        });
    }

    public static NeighbourTable Search(PointSet queries, int[] rows, PointSet points, bool excludeSelf, int k, CancellationToken cancellation)
    {
        var search = new BlockedSearch(queries, rows, points, excludeSelf, k);
        Parallel.For(0, (rows.Length + QueryBlock - 1) / QueryBlock, new ParallelOptions { CancellationToken = cancellation },
            block => search.Run(block * QueryBlock, Math.Min(rows.Length, (block + 1) * QueryBlock), cancellation));
        return search.table;
    }

    private void Run(int start, int end, CancellationToken cancellation)
    {
        var tiles = (end - start + TileHeight - 1) / TileHeight;
        var tileData = new float[tiles * width * TileHeight];       // tile after tile: [width][TileHeight]
        var limits = new float[tiles * TileHeight];
        limits.AsSpan().Fill(float.NegativeInfinity);               // lanes beyond the last query let nothing through
        for (var q = start; q < end; q++)
        {
            var (tile, lane) = Math.DivRem(q - start, TileHeight);
            queryEmbedding.Write(rows[q], scale, tileData.AsSpan(tile * width * TileHeight + lane), TileHeight);
            limits[q - start] = float.PositiveInfinity;
        }
        var visits = (panels + PanelsPerVisit - 1) / PanelsPerVisit;
        var step = ScatteredStep(visits);
        fixed (float* tileBase = tileData, limit = limits, panelBase = packed, norm = halfNorms)
        {
            for (long v = 0, visit = 0; v < visits; v++, visit = (visit + step) % visits)
            {
                cancellation.ThrowIfCancellationRequested();
                var lastPanel = (int)Math.Min(panels, (visit + 1) * PanelsPerVisit);
                for (var panel = (int)visit * PanelsPerVisit; panel < lastPanel; panel++)
                    for (var tile = 0; tile < tiles; tile++)
                        Compare(
                            tileBase + tile * width * TileHeight, panelBase + (long)panel * width * PanelWidth, norm + panel * PanelWidth,
                            limit + tile * TileHeight, start + tile * TileHeight, panel * PanelWidth);
            }
        }
    }

    /// <summary>8 queries against 32 candidates. Optimized from its first call: one search calls it millions of times.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Compare(float* tile, float* panel, float* norm, float* limit, int firstQuery, int firstCandidate)
    {
        Vector512<float> a0 = default, b0 = default, a1 = default, b1 = default, a2 = default, b2 = default, a3 = default, b3 = default;
        Vector512<float> a4 = default, b4 = default, a5 = default, b5 = default, a6 = default, b6 = default, a7 = default, b7 = default;
        for (var j = 0; j < width; j++, tile += TileHeight, panel += PanelWidth)
        {
            var (y, z) = (Vector512.Load(panel), Vector512.Load(panel + 16));
            var x = Vector512.Create(tile[0]);
            (a0, b0) = (Vector512.MultiplyAddEstimate(x, y, a0), Vector512.MultiplyAddEstimate(x, z, b0));
            x = Vector512.Create(tile[1]);
            (a1, b1) = (Vector512.MultiplyAddEstimate(x, y, a1), Vector512.MultiplyAddEstimate(x, z, b1));
            x = Vector512.Create(tile[2]);
            (a2, b2) = (Vector512.MultiplyAddEstimate(x, y, a2), Vector512.MultiplyAddEstimate(x, z, b2));
            x = Vector512.Create(tile[3]);
            (a3, b3) = (Vector512.MultiplyAddEstimate(x, y, a3), Vector512.MultiplyAddEstimate(x, z, b3));
            x = Vector512.Create(tile[4]);
            (a4, b4) = (Vector512.MultiplyAddEstimate(x, y, a4), Vector512.MultiplyAddEstimate(x, z, b4));
            x = Vector512.Create(tile[5]);
            (a5, b5) = (Vector512.MultiplyAddEstimate(x, y, a5), Vector512.MultiplyAddEstimate(x, z, b5));
            x = Vector512.Create(tile[6]);
            (a6, b6) = (Vector512.MultiplyAddEstimate(x, y, a6), Vector512.MultiplyAddEstimate(x, z, b6));
            x = Vector512.Create(tile[7]);
            (a7, b7) = (Vector512.MultiplyAddEstimate(x, y, a7), Vector512.MultiplyAddEstimate(x, z, b7));
        }
        var (n, m) = (Vector512.Load(norm), Vector512.Load(norm + 16));
        var h0 = Hits(n - a0, m - b0, limit[0]);
        var h1 = Hits(n - a1, m - b1, limit[1]);
        var h2 = Hits(n - a2, m - b2, limit[2]);
        var h3 = Hits(n - a3, m - b3, limit[3]);
        var h4 = Hits(n - a4, m - b4, limit[4]);
        var h5 = Hits(n - a5, m - b5, limit[5]);
        var h6 = Hits(n - a6, m - b6, limit[6]);
        var h7 = Hits(n - a7, m - b7, limit[7]);
        if ((h0 | h1 | h2 | h3 | h4 | h5 | h6 | h7) == 0)
            return;
        Measure(h0, firstQuery, firstCandidate, limit);
        Measure(h1, firstQuery + 1, firstCandidate, limit + 1);
        Measure(h2, firstQuery + 2, firstCandidate, limit + 2);
        Measure(h3, firstQuery + 3, firstCandidate, limit + 3);
        Measure(h4, firstQuery + 4, firstCandidate, limit + 4);
        Measure(h5, firstQuery + 5, firstCandidate, limit + 5);
        Measure(h6, firstQuery + 6, firstCandidate, limit + 6);
        Measure(h7, firstQuery + 7, firstCandidate, limit + 7);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Hits(Vector512<float> low, Vector512<float> high, float limit)
    {
        var bound = Vector512.Create(limit);
        return (uint)Vector512.LessThanOrEqual(low, bound).ExtractMostSignificantBits()
            | (uint)Vector512.LessThanOrEqual(high, bound).ExtractMostSignificantBits() << 16;
    }

    private void Measure(uint hits, int q, int firstCandidate, float* limit)
    {
        if (hits == 0)
            return;
        var row = rows[q];
        var tighter = false;
        for (; hits != 0; hits &= hits - 1)
        {
            var candidate = firstCandidate + BitOperations.TrailingZeroCount(hits);
            if (!excludeSelf || candidate != row)
                tighter |= table.Offer(q, candidate, queries.SquaredDistance(row, points, candidate));
        }
        if (tighter)
            *limit = LimitOf(q, row);
    }

    private float LimitOf(int q, int row)
    {
        // The exact distance is itself rounded, hence the factor; the last term covers coordinates too small for float32.
        var distance = table.Limit(q) * (1 + (width + 4) * Math.ScaleB(1, -50));
        var norm = queryEmbedding.SquaredNorm(row);
        return MathF.BitIncrement((float)((distance / 2 - (0.5 - slack / 2) * norm) * scale * scale + 1e-30));
    }

    // Close to the golden section of the number of visits and coprime to it: every visit comes once, neighbours in time lie far apart.
    private static long ScatteredStep(int visits)
    {
        var step = Math.Max(1, (long)(visits * 0.6180339887));
        while (BigInteger.GreatestCommonDivisor(step, visits) != 1)
            step++;
        return step;
    }
}
