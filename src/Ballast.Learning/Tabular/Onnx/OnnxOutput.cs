using Ballast.Core;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Ballast.Learning.Tabular.Onnx;

/// <summary>The output of an ONNX model that probabilities are read from.</summary>
internal sealed class OnnxOutput
{
    private readonly string file;
    private readonly IReadOnlyList<string> classNames;

    private OnnxOutput(string file, string name, IReadOnlyList<string> classNames) => (this.file, Name, this.classNames) = (file, name, classNames);

    internal string Name { get; }

    private int Classes => classNames.Count;

    /// <summary>Prefers probabilities to labels, and among outputs of one kind the one named so, then the last.</summary>
    /// <exception cref="DataFormatException">No output can be read as classes.</exception>
    internal static OnnxOutput Choose(string file, IReadOnlyList<string> names, IReadOnlyDictionary<string, NodeMetadata> metadata, IReadOnlyList<string> classNames)
    {
        var best = names.MaxBy(name => (Rank(metadata[name]), name.Contains("prob", StringComparison.OrdinalIgnoreCase) ? 1 : 0));
        if (best is null || Rank(metadata[best]) == 0)
            throw new DataFormatException(file, $"outputs {string.Join(", ", names.Select(name => $"'{name}'"))}", "probabilities or labels");
        var chosen = metadata[best];
        if (chosen.IsTensor && IsReal(chosen.ElementDataType) && chosen.Dimensions is [_, > 0 and var extent] && extent != classNames.Count && !(extent == 1 && classNames.Count == 2))
            throw new DataFormatException(file, $"output '{best}' with {extent} classes", $"{classNames.Count} classes as in the table");
        return new OnnxOutput(file, best, classNames);
    }

    /// <summary>Numbers from 0 for the classes of a model that states how many it has.</summary>
    /// <exception cref="DataFormatException">It does not.</exception>
    internal static IReadOnlyList<string> NumberedClasses(string file, IReadOnlyList<string> names, IReadOnlyDictionary<string, NodeMetadata> metadata)
    {
        var extent = names.Select(name => metadata[name]).Where(output => output.IsTensor && IsReal(output.ElementDataType) && output.Dimensions is [_, > 0]).Select(output => output.Dimensions[1]).LastOrDefault();
        return extent > 0
            ? [.. Enumerable.Range(0, Math.Max(2, extent)).Select(k => $"{k}")]
            : throw new DataFormatException(file, "outputs that do not say how many classes there are", "the names of the classes beside it");
    }

    /// <summary>Reads n x K probabilities.</summary>
    /// <exception cref="DataFormatException">The number of rows or classes differs, or a class is unknown.</exception>
    internal void Read(DisposableNamedOnnxValue value, int rows, Span<double> probabilities)
    {
        if (value.ValueType == OnnxValueType.ONNX_TYPE_SEQUENCE)
            ReadMaps(value, rows, probabilities);
        else
            switch (value.ElementType)
            {
                case TensorElementType.Float:
                    ReadReals(Array.ConvertAll(value.AsTensor<float>().ToArray(), x => (double)x), rows, probabilities);
                    break;
                case TensorElementType.Double:
                    ReadReals(value.AsTensor<double>().ToArray(), rows, probabilities);
                    break;
                case TensorElementType.Int64:
                    ReadLabels([.. value.AsTensor<long>().Select(label => label.ToString())], rows, probabilities);
                    break;
                default:
                    ReadLabels(value.AsTensor<string>().ToArray(), rows, probabilities);
                    break;
            }
    }

    private static int Rank(NodeMetadata metadata) => metadata switch
    {
        { IsTensor: true, Dimensions.Length: 1 or 2 } when IsReal(metadata.ElementDataType) => 3,
        { OnnxValueType: OnnxValueType.ONNX_TYPE_SEQUENCE } => 2,
        { IsTensor: true, Dimensions.Length: 1 or 2, ElementDataType: TensorElementType.Int64 or TensorElementType.String } => 1,
        _ => 0,
    };

    private static bool IsReal(TensorElementType type) => type is TensorElementType.Float or TensorElementType.Double;

    private void ReadReals(double[] values, int rows, Span<double> probabilities)
    {
        if (values.Length == probabilities.Length)
            values.CopyTo(probabilities);
        else if (values.Length == rows && Classes == 2)
            for (var i = 0; i < rows; i++)
                (probabilities[2 * i], probabilities[2 * i + 1]) = (1 - values[i], values[i]);
        else
            throw new DataFormatException(file, $"output '{Name}' with {values.Length} values for {rows} rows", $"{Classes} a row, one a class");
    }

    private void ReadLabels(string[] labels, int rows, Span<double> probabilities)
    {
        if (labels.Length != rows)
            throw new DataFormatException(file, $"output '{Name}' with {labels.Length} labels for {rows} rows", "one a row");
        for (var i = 0; i < rows; i++)
            probabilities[i * Classes + IndexOf(labels[i])] = 1;
    }

    private void ReadMaps(DisposableNamedOnnxValue value, int rows, Span<double> probabilities)
    {
        var row = 0;
        foreach (var map in value.AsEnumerable<NamedOnnxValue>())
        {
            if (row == rows)
                throw new DataFormatException(file, $"output '{Name}' with more maps than rows", $"{rows}");
            foreach (var (key, probability) in Entries(map))
                probabilities[row * Classes + IndexOf(key)] = probability;
            row++;
        }
        if (row != rows)
            throw new DataFormatException(file, $"output '{Name}' with {row} maps for {rows} rows", "one a row");
    }

    private IEnumerable<(string Key, double Probability)> Entries(NamedOnnxValue map) => map.Value switch
    {
        IDictionary<long, float> byNumber => byNumber.Select(pair => (pair.Key.ToString(), (double)pair.Value)),
        IDictionary<string, float> byText => byText.Select(pair => (pair.Key, (double)pair.Value)),
        _ => throw new DataFormatException(file, $"output '{Name}' of maps other than label to float", "maps as ZipMap makes them"),
    };

    // A class by its name; failing that, a number is its index.
    private int IndexOf(string label)
    {
        for (var k = 0; k < Classes; k++)
            if (classNames[k] == label)
                return k;
        return int.TryParse(label, out var index) && index >= 0 && index < Classes
            ? index
            : throw new DataFormatException(file, $"class '{label}' in output '{Name}'", $"classes among {string.Join(", ", classNames.Take(20).Select(name => $"'{name}'"))}");
    }
}
