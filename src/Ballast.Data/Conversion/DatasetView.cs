using Ballast.Core;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace Ballast.Data.Conversion;

/// <summary>A dataset as ML.NET sees data, without a copy.</summary>
/// <remarks>
/// Columns: <c>Features</c>, a vector of d floats with slot names; where the dataset has them <c>Label</c> (a key of K classes, or a float for real targets), <c>Weight</c>, <c>Group</c> (a
/// key, missing where unknown); and <c>RowId</c>. Key values carry their names. The order of rows is kept, also where a trainer asks for it shuffled.
/// </remarks>
public sealed class DatasetView : IDataView
{
    /// <summary>Name of the feature vector.</summary>
    public const string FeaturesName = "Features";

    /// <summary>Name of the class or real target.</summary>
    public const string LabelName = "Label";

    /// <summary>Name of the weight.</summary>
    public const string WeightName = "Weight";

    /// <summary>Name of the group.</summary>
    public const string GroupName = "Group";

    /// <summary>Name of the row id.</summary>
    public const string RowIdName = "RowId";

    private readonly Dataset data;

    /// <summary>Views <paramref name="data"/>.</summary>
    public DatasetView(Dataset data)
    {
        ArgumentNullException.ThrowIfNull(data);
        this.data = data;
        Schema = MakeSchema(data);
    }

    /// <inheritdoc/>
    public bool CanShuffle => false;

    /// <inheritdoc/>
    public DataViewSchema Schema { get; }

    /// <inheritdoc/>
    public long? GetRowCount() => data.Count;

    /// <inheritdoc/>
    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
    {
        ArgumentNullException.ThrowIfNull(columnsNeeded);
        return new Cursor(data, Schema, [.. columnsNeeded.Select(column => column.Index)]);
    }

    /// <inheritdoc/>
    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) => [GetRowCursor(columnsNeeded, rand)];

    private static DataViewSchema MakeSchema(Dataset data)
    {
        var schema = new DataViewSchema.Builder();
        schema.AddColumn(FeaturesName, new VectorDataViewType(NumberDataViewType.Single, data.SampleShape.ToArray()), SlotNames(data));
        if (!data.Targets.IsEmpty)
            schema.AddColumn(LabelName, NumberDataViewType.Single);
        else if (data.ClassCount > 0 && (!data.Labels.IsEmpty || data.Count == 0))
            schema.AddColumn(LabelName, new KeyDataViewType(typeof(uint), data.ClassCount), KeyNames(data.ClassNames));
        if (!data.Weights.IsEmpty)
            schema.AddColumn(WeightName, NumberDataViewType.Single);
        if (!data.Groups.IsEmpty && data.GroupNames.Count > 0)
            schema.AddColumn(GroupName, new KeyDataViewType(typeof(uint), data.GroupNames.Count), KeyNames(data.GroupNames));
        schema.AddColumn(RowIdName, NumberDataViewType.Int32);
        return schema.ToSchema();
    }

    private static DataViewSchema.Annotations? SlotNames(Dataset data) =>
        data.Columns.Count == 0 ? null : Texts("SlotNames", [.. data.Columns.Select(column => column.Name)]);

    private static DataViewSchema.Annotations KeyNames(IReadOnlyList<string> names) => Texts("KeyValues", names);

    private static DataViewSchema.Annotations Texts(string kind, IReadOnlyList<string> texts)
    {
        var values = texts.Select(text => text.AsMemory()).ToArray();
        var annotations = new DataViewSchema.Annotations.Builder();
        annotations.Add(kind, new VectorDataViewType(TextDataViewType.Instance, values.Length), (ref VBuffer<ReadOnlyMemory<char>> target) =>
            target = new VBuffer<ReadOnlyMemory<char>>(values.Length, values));
        return annotations.ToAnnotations();
    }

    private sealed class Cursor(Dataset data, DataViewSchema schema, HashSet<int> active) : DataViewRowCursor
    {
        private long position = -1;

        public override DataViewSchema Schema => schema;

        public override long Position => position;

        public override long Batch => 0;

        private int Row => position >= 0 && position < data.Count ? (int)position : throw new InvalidOperationException("The cursor stands on no row.");

        public override bool MoveNext()
        {
            if (position < data.Count)
                position++;
            return position < data.Count;
        }

        public override bool IsColumnActive(DataViewSchema.Column column) => active.Contains(column.Index);

        public override ValueGetter<DataViewRowId> GetIdGetter() => (ref DataViewRowId id) => id = new DataViewRowId((ulong)Row, 0);

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
        {
            if (!IsColumnActive(column))
                throw new ArgumentException($"Column '{column.Name}' was not asked for.", nameof(column));
            Delegate getter = column.Name switch
            {
                FeaturesName => (ValueGetter<VBuffer<float>>)Features,
                WeightName => (ValueGetter<float>)((ref float value) => value = data.Weights.Span[Row]),
                GroupName => (ValueGetter<uint>)((ref uint value) => value = (uint)(data.Groups.Span[Row] + 1)), // keys count from 1; 0 is missing
                RowIdName => (ValueGetter<int>)((ref int value) => value = data.RowIds.Span[Row]),
                _ when data.Targets.IsEmpty => (ValueGetter<uint>)((ref uint value) => value = (uint)(data.Labels.Span[Row] + 1)),
                _ => (ValueGetter<float>)((ref float value) => value = (float)data.Targets.Span[Row]),
            };
            return getter as ValueGetter<TValue> ?? throw new InvalidOperationException($"Column '{column.Name}' holds {column.Type}, not {typeof(TValue).Name}.");
        }

        private void Features(ref VBuffer<float> value)
        {
            var editor = VBufferEditor.Create(ref value, data.Width);
            data.Row(Row).CopyTo(editor.Values);
            value = editor.Commit();
        }
    }
}
