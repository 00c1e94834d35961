using Ballast.Core;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace Ballast.Data.Conversion;

/// <summary>Reads ML.NET data into a dataset.</summary>
public static class DatasetFromView
{
    /// <summary>Copies the columns that <see cref="DatasetView"/> names out of <paramref name="view"/>; of these only the features must be there.</summary>
    /// <param name="view">A view with a fixed-size vector of floats; the label a key with at most 2^31 values (its names, or numbers, become the class names) or a float.</param>
    /// <param name="cancellation">Stops the work.</param>
    /// <exception cref="DataFormatException">A column is missing or of another type, or a label has no value; row and column are named.</exception>
    public static Dataset Read(IDataView view, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(view);
        var schema = view.Schema;
        if (schema.GetColumnOrNull(DatasetView.FeaturesName) is not { Type: VectorDataViewType { IsKnownSize: true } shape } features || shape.ItemType != NumberDataViewType.Single)
            throw Wrong(DatasetView.FeaturesName, schema.GetColumnOrNull(DatasetView.FeaturesName)?.Type, "a vector of floats of known size");
        var (label, weight, group, rowId) = (
            schema.GetColumnOrNull(DatasetView.LabelName), schema.GetColumnOrNull(DatasetView.WeightName),
            schema.GetColumnOrNull(DatasetView.GroupName), schema.GetColumnOrNull(DatasetView.RowIdName));
        Require(label, type => IsKey(type) || type == NumberDataViewType.Single, "a key or a float");
        Require(weight, type => type == NumberDataViewType.Single, "a float");
        Require(group, IsKey, "a key");
        Require(rowId, type => type == NumberDataViewType.Int32, "a 32-bit integer");

        var needed = new[] { features, label, weight, group, rowId }.Where(column => column.HasValue).Select(column => column!.Value);
        using var cursor = view.GetRowCursor(needed);
        var featureGetter = cursor.GetGetter<VBuffer<float>>(features);
        var (keys, targets) = (Getter<uint>(cursor, label is { } l && IsKey(l.Type) ? label : null), Getter<float>(cursor, label is { } t && !IsKey(t.Type) ? label : null));
        var (weightOf, groupOf, idOf) = (Getter<float>(cursor, weight), Getter<uint>(cursor, group), Getter<int>(cursor, rowId));
        var (values, labels, reals, weights, groups, ids) = (new List<float>(), new List<int>(), new List<double>(), new List<float>(), new List<int>(), new List<int>());
        var (buffer, count) = (default(VBuffer<float>), 0);
        while (cursor.MoveNext())
        {
            cancellation.ThrowIfCancellationRequested();
            count++;
            featureGetter(ref buffer);
            values.AddRange(buffer.DenseValues());
            Take(keys, key => labels.Add(key > 0
                ? (int)key - 1
                : throw new DataFormatException("the data view", "a missing label", "a class in every row", count, DatasetView.LabelName)));
            Take(targets, value => reals.Add(value));
            Take(weightOf, weights.Add);
            Take(groupOf, key => groups.Add((int)key - 1));
            Take(idOf, ids.Add);
        }

        var names = Texts(features.Annotations, "SlotNames", shape.Size);
        var isTable = shape.Dimensions.Length == 1;
        return new Dataset(
            values.ToArray(), count,
            isTable ? [.. Enumerable.Range(0, shape.Size).Select(j => FeatureColumn.Numeric(names is null || names[j].Length == 0 ? $"feature {j + 1}" : names[j]))] : null,
            [.. shape.Dimensions], labels.ToArray(), keys is null ? null : KeyNames(label!.Value), reals.ToArray(),
            groups.ToArray(), groupOf is null ? null : KeyNames(group!.Value), weights.ToArray(), ids.ToArray());
    }

    private static ValueGetter<T>? Getter<T>(DataViewRowCursor cursor, DataViewSchema.Column? column) => column is { } known ? cursor.GetGetter<T>(known) : null;

    private static void Take<T>(ValueGetter<T>? getter, Action<T> use) where T : struct
    {
        if (getter is null)
            return;
        T value = default;
        getter(ref value);
        use(value);
    }

    private static bool IsKey(DataViewType type) => type is KeyDataViewType { Count: <= int.MaxValue } && type.RawType == typeof(uint);

    private static void Require(DataViewSchema.Column? column, Func<DataViewType, bool> fits, string expected)
    {
        if (column is { } known && !fits(known.Type))
            throw Wrong(known.Name, known.Type, expected);
    }

    private static DataFormatException Wrong(string column, DataViewType? found, string expected) =>
        new("the data view", found?.ToString() ?? "no such column", expected, column: column);

    private static string[] KeyNames(DataViewSchema.Column column)
    {
        var count = (int)((KeyDataViewType)column.Type).Count;
        return Texts(column.Annotations, "KeyValues", count) ?? [.. Enumerable.Range(0, count).Select(k => $"{k}")];
    }

    private static string[]? Texts(DataViewSchema.Annotations annotations, string kind, int count)
    {
        if (annotations.Schema.GetColumnOrNull(kind) is not { Type: VectorDataViewType { ItemType: TextDataViewType } type } || type.Size != count)
            return null;
        VBuffer<ReadOnlyMemory<char>> texts = default;
        annotations.GetValue(kind, ref texts);
        return [.. texts.DenseValues().Select(text => text.ToString())];
    }
}
