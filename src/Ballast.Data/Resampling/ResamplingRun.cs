using Ballast.Core;

namespace Ballast.Data.Resampling;

/// <summary>Rows made for one class: who their parents are, and how to write their features.</summary>
/// <param name="ClassIndex">The class that grows.</param>
/// <param name="Bases">Position of each new row's base.</param>
/// <param name="Neighbours">Position of the neighbour it lies towards; null without.</param>
/// <param name="Steps">How far towards it; null without.</param>
/// <param name="Write">Writes the features of new row i; called from several threads.</param>
internal sealed record MadeRows(int ClassIndex, int[] Bases, int[]? Neighbours, double[]? Steps, MadeRows.RowWriter Write)
{
    public delegate void RowWriter(int row, Span<float> destination);
}

/// <summary>One call of a resampler: the checked input, what is to be told, and the making of the result.</summary>
internal sealed class ResamplingRun
{
    private readonly string method;
    private readonly Dataset data;

    public ResamplingRun(string method, Dataset data, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(data);
        cancellation.ThrowIfCancellationRequested();
        if (data.Labels.Length != data.Count || data.Count == 0)
            throw new ArgumentException($"{method} needs labelled rows; the dataset has {data.Count} rows and {data.Labels.Length} labels.", nameof(data));
        (this.method, this.data) = (method, data);
        Counts = data.ClassCounts();
        if (Counts.Count(count => count > 0) < 2)
            throw new ArgumentException($"{method} needs at least two classes; all rows are '{data.ClassNames[data.Labels.Span[0]]}'.", nameof(data));
        foreach (var empty in Enumerable.Range(0, Counts.Length).Where(c => Counts[c] == 0))
            Warnings.Add($"Class '{data.ClassNames[empty]}' has no rows and stays empty.");
    }

    /// <summary>Rows of each class in the input.</summary>
    public int[] Counts { get; }

    public List<string> Notes { get; } = [];

    public List<string> Warnings { get; } = [];

    /// <summary>The features as points, with a note on scaling.</summary>
    public FeatureSpace Space(Standardize standardize, CancellationToken cancellation)
    {
        var space = FeatureSpace.Of(data, standardize, cancellation);
        if (space.Note is not null)
            Notes.Add(space.Note);
        return space;
    }

    /// <summary>Throws when a class that must grow has too few rows for k neighbours of its own.</summary>
    public void RequireNeighbours(int classIndex, int neighbours)
    {
        var count = Counts[classIndex];
        if (count > neighbours)
            return;
        var name = data.ClassNames[classIndex];
        throw new ArgumentException(count < 2
            ? $"Class '{name}' has {count} rows; {method} needs at least 2 to interpolate. Use random over-sampling or collect more."
            : $"Class '{name}' has {count} rows, too few for {neighbours} neighbours each: lower Neighbors to at most {count - 1}.");
    }

    /// <summary>Throws when the table has too few rows for k neighbours among all.</summary>
    public void RequireRows(int neighbours, string option)
    {
        if (data.Count <= neighbours)
            throw new ArgumentException($"The dataset has {data.Count} rows, too few for {neighbours} neighbours each: lower {option} to at most {data.Count - 1}.");
    }

    /// <summary>All input rows, then the made ones. Groups, targets and weights of a made row are its base's.</summary>
    public ResampleResult Extended(IReadOnlyList<MadeRows> made, CancellationToken cancellation)
    {
        var total = checked(data.Count + made.Sum(block => block.Bases.Length));
        var width = data.Width;
        var features = GC.AllocateUninitializedArray<float>(checked(total * width));
        var origins = new RowOrigin[total];
        var (parents, labels, ids) = (new int[total], new int[total], new int[total]);
        var rowIds = data.RowIds;
        var source = data.Features;
        data.Labels.Span.CopyTo(labels);
        rowIds.Span.CopyTo(ids);
        InBatches(data.Count, (start, end) =>
        {
            source.Span[(start * width)..(end * width)].CopyTo(features.AsSpan(start * width));
            for (var i = start; i < end; i++)
            {
                parents[i] = i;
                origins[i] = RowOrigin.Of(RowOriginKind.Original, i, ids[i]);
            }
        }, cancellation);
        var offset = data.Count;
        foreach (var block in made)
        {
            var first = offset;
            InBatches(block.Bases.Length, (start, end) =>
            {
                var known = rowIds.Span;
                for (var i = start; i < end; i++)
                {
                    var (row, parent, neighbour) = (first + i, block.Bases[i], block.Neighbours?[i] ?? -1);
                    block.Write(i, features.AsSpan(row * width, width));
                    (parents[row], labels[row], ids[row]) = (parent, block.ClassIndex, Dataset.SyntheticRowId);
                    origins[row] = new RowOrigin(
                        RowOriginKind.Synthetic, parent, known[parent], neighbour, neighbour < 0 ? -1 : known[neighbour], block.Steps?[i] ?? double.NaN);
                }
            }, cancellation);
            offset += block.Bases.Length;
        }
        var set = new Dataset(
            features, total, data.Columns, data.SampleShape, labels, data.ClassNames, Inherited(data.Targets, parents), Inherited(data.Groups, parents), data.GroupNames,
            Inherited(data.Weights, parents), ids);
        return Result(set, origins);
    }

    /// <summary>The input rows at <paramref name="positions"/>, a row that comes again being a copy.</summary>
    public ResampleResult Selected(int[] positions)
    {
        var seen = new bool[data.Count];
        var ids = data.RowIds.Span;
        var origins = new RowOrigin[positions.Length];
        for (var i = 0; i < positions.Length; i++)
        {
            var row = positions[i];
            origins[i] = RowOrigin.Of(seen[row] ? RowOriginKind.Copied : RowOriginKind.Original, row, ids[row]);
            seen[row] = true;
        }
        return Result(data.Select(positions), origins);
    }

    /// <summary>The input without the rows that a cleaning method removed; says which classes it all but erased.</summary>
    public ResampleResult Cleaned(int[] kept)
    {
        var result = Selected(kept);
        Warnings.AddRange(result.Classes.Where(c => c.Before > 0 && c.After < 2)
            .Select(c => $"Class '{c.ClassName}' is left with {c.After} of {c.Before} rows: the classes overlap too much for {method}."));
        Notes.Add($"{method} removed {data.Count - kept.Length} of {data.Count} rows.");
        return result;
    }

    private ResampleResult Result(Dataset set, RowOrigin[] origins)
    {
        var after = set.ClassCounts();
        var classes = new ClassChange[after.Length];
        for (var c = 0; c < after.Length; c++)
            classes[c] = new ClassChange(c, data.ClassNames[c], Counts[c], after[c]);
        return new ResampleResult(method, set, origins, classes, Notes, Warnings);
    }

    private static ReadOnlyMemory<T> Inherited<T>(ReadOnlyMemory<T> values, int[] parents)
    {
        if (values.IsEmpty)
            return values;
        var inherited = new T[parents.Length];
        for (var i = 0; i < parents.Length; i++)
            inherited[i] = values.Span[parents[i]];
        return inherited;
    }

    private static void InBatches(int count, Action<int, int> work, CancellationToken cancellation)
    {
        const int Batch = 8192;
        Parallel.For(0, (count + Batch - 1) / Batch, new ParallelOptions { CancellationToken = cancellation },
            batch => work(batch * Batch, Math.Min(count, (batch + 1) * Batch)));
    }
}
