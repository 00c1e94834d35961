using System.Buffers;
using Ballast.Core;

namespace Ballast.Data.LabelErrors;

/// <summary>The two prune filters: rows taken class by class, in parallel, by partial selection.</summary>
internal sealed class Pruning
{
    private const int LeastBatch = 4096;

    private readonly Predictions predictions;
    private readonly RowFindings[] findings;
    private readonly int[,] prune;
    private readonly Lazy<RowIndex> all;
    private readonly bool[] skipped;
    private readonly ParallelOptions parallel;
    private readonly LabelColumn labels;

    public Pruning(LabelColumn labels, Predictions predictions, RowFindings[] findings, int[,] prune, bool[] skipped, CancellationToken cancellation)
    {
        (this.labels, this.predictions, this.findings, this.prune, this.skipped) = (labels, predictions, findings, prune, skipped);
        all = new Lazy<RowIndex>(() => labels.ByClass());
        parallel = new ParallelOptions { CancellationToken = cancellation };
    }

    /// <summary>For each class, the rows with the lowest probability of it.</summary>
    public bool[] ByClass() => ForEachClass((given, mask) =>
    {
        var classRows = all.Value.Of(given);
        var count = classRows.Length - prune[given, given];
        if (count <= 0)
            return;
        var values = ArrayPool<double>.Shared.Rent(2 * classRows.Length);
        for (var i = 0; i < classRows.Length; i++)
            values[i] = predictions[classRows[i], given];
        StableSelection.FlagLowest(values.AsSpan(0, classRows.Length), classRows, count, values.AsSpan(classRows.Length), mask);
        ArrayPool<double>.Shared.Return(values);
    });

    /// <summary>For each pair (given k, true j), the rows labelled k with the largest P[j] - P[k].</summary>
    public bool[] ByNoiseRate()
    {
        // Nearly always the rows where some class beats the given one suffice, and they are few.
        var beaten = labels.ByClass(findings, RowFindings.Beaten);
        return ForEachClass((given, mask) =>
        {
            var pairs = PairsOf(given, beaten.Of(given));
            // Pairs are gathered together as far as memory stays small beside the predictions.
            var budget = Math.Max(LeastBatch, predictions.Count / 64);
            for (var first = 0; first < pairs.Count;)
            {
                var (last, total) = (first, 0);
                do
                    total += pairs[last++].Length;
                while (last < pairs.Count && total + pairs[last].Length <= budget);
                var batch = pairs.GetRange(first, last - first);
                Prune(given, batch.Exists(pair => pair.Whole) ? all.Value.Of(given) : beaten.Of(given), batch, total, mask);
                first = last;
            }
        });
    }

    /// <summary>One true class that the prune counts ask rows for.</summary>
    /// <param name="Truth">The true class j.</param>
    /// <param name="Wanted">Rows asked for.</param>
    /// <param name="Whole">Whether fewer rows have P[j] above P[k] than are asked for, so that all rows of the class compete.</param>
    /// <param name="Length">Competing rows.</param>
    private readonly record struct Pair(int Truth, int Wanted, bool Whole, int Length);

    private List<Pair> PairsOf(int given, ReadOnlySpan<int> beaten)
    {
        var beating = new int[predictions.Classes];
        foreach (var row in beaten)
        {
            var probabilities = predictions.Row(row);
            var self = probabilities[given];
            for (var j = 0; j < beating.Length; j++)
                beating[j] += probabilities[j] > self ? 1 : 0;
        }
        var pairs = new List<Pair>();
        for (var j = 0; j < beating.Length; j++)
            if (j != given && prune[j, given] is > 0 and var wanted)
                pairs.Add(beating[j] >= wanted ? new Pair(j, wanted, false, beating[j]) : new Pair(j, wanted, true, labels.Counts[given]));
        return pairs;
    }

    private void Prune(int given, ReadOnlySpan<int> classRows, List<Pair> pairs, int total, bool[] mask)
    {
        var margins = ArrayPool<double>.Shared.Rent(total);
        var owners = ArrayPool<int>.Shared.Rent(total);
        var next = new int[pairs.Count];
        for (var p = 1; p < next.Length; p++)
            next[p] = next[p - 1] + pairs[p - 1].Length;
        foreach (var row in classRows)
        {
            var probabilities = predictions.Row(row);
            var self = probabilities[given];
            for (var p = 0; p < next.Length; p++)
            {
                var other = probabilities[pairs[p].Truth];
                if (other > self || pairs[p].Whole)
                    (margins[next[p]], owners[next[p]++]) = (self - other, row);
            }
        }

        var scratch = ArrayPool<double>.Shared.Rent(pairs.Max(pair => pair.Length));
        for (var p = 0; p < next.Length; p++)
        {
            var length = pairs[p].Length;
            var start = next[p] - length;
            StableSelection.FlagLowest(margins.AsSpan(start, length), owners.AsSpan(start, length), pairs[p].Wanted, scratch, mask);
        }
        ArrayPool<double>.Shared.Return(scratch);
        ArrayPool<int>.Shared.Return(owners);
        ArrayPool<double>.Shared.Return(margins);
    }

    // Classes share no rows, so their flags never race.
    private bool[] ForEachClass(Action<int, bool[]> action)
    {
        var mask = new bool[predictions.Count];
        Parallel.For(0, predictions.Classes, parallel, given =>
        {
            if (!skipped[given])
                action(given, mask);
        });
        return mask;
    }
}
