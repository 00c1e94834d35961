using Ballast.Core;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Ballast.Learning.Tabular.Onnx;

/// <summary>How the features of a table go into the inputs of an ONNX model.</summary>
internal sealed class OnnxInputs
{
    private readonly IReadOnlyList<OnnxInput> inputs;
    private readonly IReadOnlyList<FeatureColumn> columns;

    private OnnxInputs(IReadOnlyList<OnnxInput> inputs, IReadOnlyList<FeatureColumn> columns) => (this.inputs, this.columns) = (inputs, columns);

    /// <exception cref="DataFormatException">The inputs do not fit the columns.</exception>
    internal static OnnxInputs For(string file, IReadOnlyDictionary<string, NodeMetadata> metadata, IReadOnlyList<FeatureColumn> columns)
    {
        foreach (var (name, input) in metadata)
            if (!input.IsTensor || !Supported(input.ElementDataType))
                throw new DataFormatException(file, $"input '{name}' of {Describe(input)}", "tensors of float, double, int64 or string");
        if (metadata.Count == 1 && metadata.First() is var (only, all) && all.ElementDataType != TensorElementType.String && !IsOneColumn(only, all, columns))
        {
            if (all.Dimensions.Length != 2 || (all.Dimensions[1] > 0 && all.Dimensions[1] != columns.Count))
                throw new DataFormatException(file, $"input '{only}' of {Describe(all)}", $"[n, {columns.Count}] for the {columns.Count} features of the table");
            return new OnnxInputs([new OnnxInput(only, all.ElementDataType, [.. Enumerable.Range(0, columns.Count)], all.Dimensions.Length)], columns);
        }
        return new OnnxInputs([.. metadata.Select(pair => ForColumn(file, pair.Key, pair.Value, columns))], columns);
    }

    /// <summary>Features that the model takes as numbers although they are categories: codes, which mean nothing outside the table that gave them.</summary>
    internal IReadOnlyList<string> CodedColumns => [.. inputs.Where(input => input.Type != TensorElementType.String)
        .SelectMany(input => input.Features).Where(feature => columns[feature].Kind == FeatureKind.Categorical).Select(feature => columns[feature].Name).Distinct()];

    /// <summary>Rows <paramref name="start"/> to <paramref name="start"/> + <paramref name="rows"/> as the model takes them.</summary>
    internal IReadOnlyCollection<NamedOnnxValue> Tensors(Dataset data, int start, int rows) => [.. inputs.Select(input => input.Type switch
    {
        TensorElementType.Float => Tensor(input, data, start, rows, (value, _) => value),
        TensorElementType.Double => Tensor(input, data, start, rows, (value, _) => (double)value),
        TensorElementType.Int64 => Tensor(input, data, start, rows, (value, feature) => Whole(value, columns[feature])),
        _ => Tensor(input, data, start, rows, (value, feature) => Text(value, columns[feature])),
    })];

    private static NamedOnnxValue Tensor<T>(OnnxInput input, Dataset data, int start, int rows, Func<float, int, T> convert)
    {
        var values = new T[rows * input.Features.Length];
        for (var i = 0; i < rows; i++)
            for (var j = 0; j < input.Features.Length; j++)
                values[i * input.Features.Length + j] = convert(data.Row(start + i)[input.Features[j]], input.Features[j]);
        return NamedOnnxValue.CreateFromTensor(input.Name, new DenseTensor<T>(values, input.Rank == 1 ? [rows] : [rows, input.Features.Length]));
    }

    private static long Whole(float value, FeatureColumn column) => float.IsNaN(value)
        ? throw new ArgumentException($"Column '{column.Name}' has a missing value, but the model takes whole numbers there.")
        : (long)value;

    // The text a user sees; a missing one is empty, as in the csv files that such models are trained from.
    private static string Text(float value, FeatureColumn column) =>
        float.IsNaN(value) ? "" : column.Kind == FeatureKind.Categorical ? column.Categories[(int)value] : value.ToString("R");

    private static OnnxInput ForColumn(string file, string name, NodeMetadata metadata, IReadOnlyList<FeatureColumn> columns)
    {
        var feature = columns.Select((column, index) => (column, index)).Where(pair => pair.column.Name == name).Select(pair => pair.index).DefaultIfEmpty(-1).First();
        if (feature < 0)
        {
            var nearest = Spelling.Nearest(name, columns.Select(column => column.Name));
            throw new DataFormatException(
                file, $"input '{name}', which is no feature of the table{(nearest is null ? "" : $" (is it '{nearest}'?)")}", $"inputs among {string.Join(", ", columns.Take(20).Select(column => $"'{column.Name}'"))}");
        }
        var shape = metadata.Dimensions;
        if (shape.Length is not (1 or 2) || (shape.Length == 2 && shape[1] > 1))
            throw new DataFormatException(file, $"input '{name}' of {Describe(metadata)}", "[n, 1] for one column");
        return new OnnxInput(name, metadata.ElementDataType, [feature], shape.Length);
    }

    private static bool IsOneColumn(string name, NodeMetadata metadata, IReadOnlyList<FeatureColumn> columns) =>
        columns.Any(column => column.Name == name) && (metadata.Dimensions.Length == 1 || metadata.Dimensions[^1] == 1);

    private static bool Supported(TensorElementType type) =>
        type is TensorElementType.Float or TensorElementType.Double or TensorElementType.Int64 or TensorElementType.String;

    private static string Describe(NodeMetadata metadata) => metadata.IsTensor
        ? $"{metadata.ElementDataType} [{string.Join(", ", metadata.Dimensions.Select(extent => extent < 0 ? "n" : $"{extent}"))}]"
        : metadata.OnnxValueType.ToString();

    private sealed record OnnxInput(string Name, TensorElementType Type, int[] Features, int Rank);
}
