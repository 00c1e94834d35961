using Ballast.Core;
using Microsoft.ML.OnnxRuntime;

namespace Ballast.Learning.Tabular.Onnx;

/// <summary>A user's own classifier, given as an ONNX file and run by ONNX Runtime.</summary>
/// <remarks>
/// Inputs: one numeric tensor [n, d] that takes all features (category codes as numbers), or one tensor [n, 1] a column, found by the column's name, of float, double, int64 or
/// string (the category's text), as scikit-learn pipelines export them. Outputs: probabilities as a tensor [n, K], as a tensor [n] or [n, 1] with the probability of
/// the second of two classes, or as a sequence of maps (ZipMap); or, failing these, labels, which count as probability 1. Columns of probabilities follow the class names in order.
/// Models that answer with anything but probabilities are refused, not guessed at. Data beside the file (external tensors) are not read.
/// </remarks>
public sealed class OnnxClassifier : ITrainedClassifier, IDisposable
{
    private const int RowsPerBatch = 4096;

    private readonly string file;
    private readonly InferenceSession session;
    private readonly OnnxInputs inputs;
    private readonly OnnxOutput output;

    private readonly byte[] content;

    private OnnxClassifier(byte[] content, string file, InferenceSession session, IReadOnlyList<string>? classNames, IReadOnlyList<FeatureColumn> columns)
    {
        (this.content, this.file, this.session, Columns) = (content, file, session, columns);
        ClassNames = classNames ?? OnnxOutput.NumberedClasses(file, session.OutputNames, session.OutputMetadata);
        inputs = OnnxInputs.For(file, session.InputMetadata, columns);
        output = OnnxOutput.Choose(file, session.OutputNames, session.OutputMetadata, ClassNames);
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> ClassNames { get; }

    /// <inheritdoc/>
    public IReadOnlyList<FeatureColumn> Columns { get; }

    /// <summary>Opens a model.</summary>
    /// <param name="path">The ONNX file.</param>
    /// <param name="classNames">Names of class 0..K-1, in the order of the model's probabilities.</param>
    /// <param name="columns">The features that predictions will be asked for.</param>
    /// <exception cref="DataFormatException">The file is no ONNX model, or its inputs or outputs do not fit; the message names what was expected and found.</exception>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    public static OnnxClassifier Load(string path, IReadOnlyList<string> classNames, IReadOnlyList<FeatureColumn> columns)
    {
        ArgumentNullException.ThrowIfNull(classNames);
        Guard.InRange(classNames.Count, 2, int.MaxValue, nameof(classNames));
        return Of(ReadChecked(path), path, classNames, columns);
    }

    private static byte[] ReadChecked(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var length = new FileInfo(path).Length; // FileNotFoundException where there is none
        // Protocol buffers end at 2 GiB; an ONNX model cannot be smaller than its version, graph and operator set.
        if (length is < 16 or > int.MaxValue)
            throw new DataFormatException(path, $"{length} bytes", "an ONNX model of 16 bytes to 2 GiB");
        return File.ReadAllBytes(path);
    }

    /// <summary>Opens a model whose classes have no names but their numbers, from 0.</summary>
    /// <param name="path">The ONNX file.</param>
    /// <param name="columns">The features that predictions will be asked for.</param>
    /// <exception cref="DataFormatException">As for <see cref="Load(string, IReadOnlyList{string}, IReadOnlyList{FeatureColumn})"/>; or the file does not say how many classes there are.</exception>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    public static OnnxClassifier Load(string path, IReadOnlyList<FeatureColumn> columns) => Of(ReadChecked(path), path, null, columns);

    /// <summary>Columns of categories that the model takes as numbers. Predictions are right for the table that gave the codes alone.</summary>
    public IReadOnlyList<string> CodedColumns => inputs.CodedColumns;

    /// <summary>The bytes of the ONNX file.</summary>
    internal ReadOnlyMemory<byte> Content => content;

    /// <summary>Opens a model that is in memory; <paramref name="file"/> names it in messages.</summary>
    internal static OnnxClassifier Of(byte[] content, string file, IReadOnlyList<string>? classNames, IReadOnlyList<FeatureColumn> columns)
    {
        ArgumentNullException.ThrowIfNull(columns);
        var session = Open(content, file);
        try
        {
            return new OnnxClassifier(content, file, session, classNames, columns);
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    /// <exception cref="DataFormatException">The model fails on these rows, or answers with something other than probabilities.</exception>
    public Predictions Predict(Dataset data)
    {
        ArgumentNullException.ThrowIfNull(data);
        TableShape.Require(Columns, Columns.Count, data);
        var values = new double[checked(data.Count * ClassNames.Count)];
        for (var start = 0; start < data.Count; start += RowsPerBatch)
        {
            var rows = Math.Min(RowsPerBatch, data.Count - start);
            try
            {
                using var results = session.Run(inputs.Tensors(data, start, rows), [output.Name]);
                output.Read(results[0], rows, values.AsSpan(start * ClassNames.Count, rows * ClassNames.Count));
            }
            catch (OnnxRuntimeException error)
            {
                throw new DataFormatException(file, $"a model that fails on rows {start + 1} to {start + rows} ({FirstLine(error)})", "one that takes these features", inner: error);
            }
        }
        try
        {
            return new Predictions(values, ClassNames.Count, data.RowIds);
        }
        catch (ArgumentException error)
        {
            throw new DataFormatException(file, $"output '{output.Name}' that is no probability ({error.Message})", "probabilities between 0 and 1 that sum to 1; add a softmax or sigmoid to the model", inner: error);
        }
    }

    /// <summary>Lets go of the native model.</summary>
    public void Dispose() => session.Dispose();

    private static InferenceSession Open(byte[] content, string path)
    {
        using var options = new SessionOptions { LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL };
        try
        {
            return new InferenceSession(content, options);
        }
        catch (OnnxRuntimeException error)
        {
            throw new DataFormatException(path, $"no usable ONNX model ({FirstLine(error)})", "a complete ONNX file", inner: error);
        }
    }

    private static string FirstLine(Exception error) => error.Message.Split('\n')[0].Trim();
}
