namespace Ballast.Core;

/// <summary>An immutable set of n samples: one row-major float32 block of features, with labels or targets, and row ids that survive every selection.</summary>
/// <remarks>
/// A table has sample shape [d] and one <see cref="FeatureColumn"/> a feature; images have shape [c,h,w] and no columns. NaN in a
/// feature is a missing value. A row id names the 0-based row of the user's own data; <see cref="SyntheticRowId"/> marks a row that a method made.
/// </remarks>
public sealed class Dataset
{
    /// <summary>The row id of rows that were made, not observed.</summary>
    public const int SyntheticRowId = -1;

    /// <summary>Makes a dataset over the given blocks, which must not change afterwards.</summary>
    /// <param name="features">n x d values, row-major.</param>
    /// <param name="count">Number of samples n.</param>
    /// <param name="columns">One a feature, for tables; null for images.</param>
    /// <param name="sampleShape">Shape of a sample; null for a table's [d].</param>
    /// <param name="labels">n class indices, or empty.</param>
    /// <param name="classNames">Names of class 0..K-1; empty without labels.</param>
    /// <param name="targets">n real targets, or empty.</param>
    /// <param name="groups">n group indices (-1 where unknown), or empty.</param>
    /// <param name="groupNames">Names of group 0..G-1.</param>
    /// <param name="weights">n weights of at least 0, or empty for all 1.</param>
    /// <param name="rowIds">n row ids, or empty for 0..n-1.</param>
    /// <exception cref="ArgumentException">Lengths disagree, or a label or group lies outside its names.</exception>
    public Dataset(
        ReadOnlyMemory<float> features,
        int count,
        IReadOnlyList<FeatureColumn>? columns = null,
        IReadOnlyList<int>? sampleShape = null,
        ReadOnlyMemory<int> labels = default,
        IReadOnlyList<string>? classNames = null,
        ReadOnlyMemory<double> targets = default,
        ReadOnlyMemory<int> groups = default,
        IReadOnlyList<string>? groupNames = null,
        ReadOnlyMemory<float> weights = default,
        ReadOnlyMemory<int> rowIds = default)
    {
        Count = Guard.NotNegative(count);
        Columns = columns ?? [];
        SampleShape = sampleShape ?? [Columns.Count];
        Width = SampleShape.Aggregate(1, (product, extent) => checked(product * Guard.NotNegative(extent)));
        Features = features;
        Labels = labels;
        ClassNames = classNames ?? [];
        Targets = targets;
        Groups = groups;
        GroupNames = groupNames ?? [];
        Weights = weights;
        RowIds = rowIds.IsEmpty && count > 0 ? Enumerable.Range(0, count).ToArray() : rowIds;

        if (features.Length != (long)count * Width)
            throw new ArgumentException($"features holds {features.Length} values, but {count} samples of {Width} need {(long)count * Width}.", nameof(features));
        if (Columns.Count > 0 && Columns.Count != Width)
            throw new ArgumentException($"{Columns.Count} columns were given for {Width} features.", nameof(columns));
        CheckLength(labels.Length, nameof(labels));
        CheckLength(targets.Length, nameof(targets));
        CheckLength(groups.Length, nameof(groups));
        CheckLength(weights.Length, nameof(weights));
        Guard.SameLength(count, RowIds.Length, nameof(count), nameof(rowIds));
        CheckIndices(labels.Span, 0, ClassNames.Count, nameof(labels));
        CheckIndices(groups.Span, -1, GroupNames.Count, nameof(groups));
    }

    /// <summary>Number of samples n.</summary>
    public int Count { get; }

    /// <summary>Shape of one sample: [d] for a table, [c,h,w] for an image.</summary>
    public IReadOnlyList<int> SampleShape { get; }

    /// <summary>Features in a sample: the product of <see cref="SampleShape"/>.</summary>
    public int Width { get; }

    /// <summary>n x <see cref="Width"/> values, row-major; NaN is missing.</summary>
    public ReadOnlyMemory<float> Features { get; }

    /// <summary>One a feature for tables; empty for images.</summary>
    public IReadOnlyList<FeatureColumn> Columns { get; }

    /// <summary>n class indices; empty without classes.</summary>
    public ReadOnlyMemory<int> Labels { get; }

    /// <summary>Names of class 0..K-1.</summary>
    public IReadOnlyList<string> ClassNames { get; }

    /// <summary>n real targets; empty unless this is a regression set.</summary>
    public ReadOnlyMemory<double> Targets { get; }

    /// <summary>n group indices, -1 where unknown; empty without groups.</summary>
    public ReadOnlyMemory<int> Groups { get; }

    /// <summary>Names of group 0..G-1.</summary>
    public IReadOnlyList<string> GroupNames { get; }

    /// <summary>n sample weights; empty means all 1.</summary>
    public ReadOnlyMemory<float> Weights { get; }

    /// <summary>n ids of the user's own rows (0-based), <see cref="SyntheticRowId"/> for made rows.</summary>
    public ReadOnlyMemory<int> RowIds { get; }

    /// <summary>Number of classes K, classes without rows included.</summary>
    public int ClassCount => ClassNames.Count;

    /// <summary>The features of sample <paramref name="row"/>.</summary>
    public ReadOnlySpan<float> Row(int row) => Features.Span.Slice(row * Width, Width);

    /// <summary>Rows of each class 0..K-1.</summary>
    public int[] ClassCounts()
    {
        var counts = new int[ClassCount];
        foreach (var label in Labels.Span)
            counts[label]++;
        return counts;
    }

    /// <summary>Positions (not row ids) of the rows labelled <paramref name="classIndex"/>, ascending.</summary>
    public int[] RowsOf(int classIndex)
    {
        var labels = Labels.Span;
        var rows = new List<int>();
        for (var i = 0; i < labels.Length; i++)
            if (labels[i] == classIndex)
                rows.Add(i);
        return [.. rows];
    }

    /// <summary>The samples at <paramref name="positions"/>, in that order, repeats allowed; row ids, groups and weights go along.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A position lies outside 0..n-1.</exception>
    public Dataset Select(ReadOnlySpan<int> positions)
    {
        var features = new float[checked(positions.Length * Width)];
        for (var i = 0; i < positions.Length; i++)
        {
            Guard.InRange(positions[i], 0, Count - 1, nameof(positions));
            Row(positions[i]).CopyTo(features.AsSpan(i * Width, Width));
        }
        return new Dataset(
            features, positions.Length, Columns, SampleShape, Pick(Labels.Span, positions), ClassNames, Pick(Targets.Span, positions),
            Pick(Groups.Span, positions), GroupNames, Pick(Weights.Span, positions), Pick(RowIds.Span, positions));
    }

    /// <summary>The same samples with other feature values (same columns).</summary>
    public Dataset WithFeatures(ReadOnlyMemory<float> features) =>
        new(features, Count, Columns, SampleShape, Labels, ClassNames, Targets, Groups, GroupNames, Weights, RowIds);

    /// <summary>The same samples with other labels (same class names).</summary>
    public Dataset WithLabels(ReadOnlyMemory<int> labels) =>
        new(Features, Count, Columns, SampleShape, labels, ClassNames, Targets, Groups, GroupNames, Weights, RowIds);

    /// <summary>The same samples with other weights.</summary>
    public Dataset WithWeights(ReadOnlyMemory<float> weights) =>
        new(Features, Count, Columns, SampleShape, Labels, ClassNames, Targets, Groups, GroupNames, weights, RowIds);

    /// <summary>The same samples with other groups.</summary>
    public Dataset WithGroups(ReadOnlyMemory<int> groups, IReadOnlyList<string> groupNames) =>
        new(Features, Count, Columns, SampleShape, Labels, ClassNames, Targets, groups, groupNames, Weights, RowIds);

    /// <summary>The same samples with the features at <paramref name="positions"/> only, in that order (tables).</summary>
    public Dataset SelectColumns(ReadOnlySpan<int> positions)
    {
        var features = new float[checked(Count * positions.Length)];
        for (var i = 0; i < Count; i++)
        {
            var row = Row(i);
            for (var j = 0; j < positions.Length; j++)
                features[i * positions.Length + j] = row[positions[j]];
        }
        var columns = new FeatureColumn[positions.Length];
        for (var j = 0; j < columns.Length; j++)
            columns[j] = Columns[positions[j]];
        return new Dataset(features, Count, columns, [columns.Length], Labels, ClassNames, Targets, Groups, GroupNames, Weights, RowIds);
    }

    private static T[] Pick<T>(ReadOnlySpan<T> values, ReadOnlySpan<int> positions)
    {
        if (values.IsEmpty)
            return [];
        var picked = new T[positions.Length];
        for (var i = 0; i < positions.Length; i++)
            picked[i] = values[positions[i]];
        return picked;
    }

    private void CheckLength(int length, string name)
    {
        if (length != 0)
            Guard.SameLength(Count, length, "the dataset", name);
    }

    private static void CheckIndices(ReadOnlySpan<int> values, int low, int exclusiveHigh, string name)
    {
        for (var i = 0; i < values.Length; i++)
            if (values[i] < low || values[i] >= exclusiveHigh)
                throw new ArgumentException($"{name}[{i}] is {values[i]}; expected {low}..{exclusiveHigh - 1}.", name);
    }
}
