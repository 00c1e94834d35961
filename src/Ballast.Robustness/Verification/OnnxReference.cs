using Ballast.Core;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Ballast.Robustness.Verification;

/// <summary>The network as ONNX Runtime executes it, in single precision: the judge of counterexamples.</summary>
public sealed class OnnxReference : IDisposable
{
    private readonly string file;
    private readonly InferenceSession session;
    private readonly string input;
    private readonly string output;
    private readonly int[] shape;

    private OnnxReference(string file, InferenceSession session)
    {
        (this.file, this.session) = (file, session);
        var constants = session.OverridableInitializerMetadata.Keys.ToHashSet();
        var inputs = session.InputMetadata.Where(entry => !constants.Contains(entry.Key)).ToArray();
        if (inputs.Length != 1 || inputs[0].Value.ElementType != typeof(float))
            throw new DataFormatException(file, $"{inputs.Length} inputs ({string.Join(", ", inputs.Select(entry => $"'{entry.Key}' of {entry.Value.ElementType.Name}"))})", "one input of float");
        (input, output) = (inputs[0].Key, session.OutputNames[0]);
        shape = [.. inputs[0].Value.Dimensions.Select(extent => extent < 1 ? 1 : extent)];
    }

    /// <summary>Numbers that go into the network.</summary>
    public int Inputs => shape.Aggregate(1, (product, extent) => product * extent);

    /// <summary>Opens a network.</summary>
    /// <exception cref="DataFormatException">ONNX Runtime does not take the file, or it has several inputs.</exception>
    public static OnnxReference Open(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        using var options = new SessionOptions { IntraOpNumThreads = 1, InterOpNumThreads = 1, LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL };
        InferenceSession session;
        try
        {
            session = new InferenceSession(File.ReadAllBytes(path), options);
        }
        catch (OnnxRuntimeException error)
        {
            throw new DataFormatException(path, $"a network that ONNX Runtime refuses ({error.Message.Split('\n')[0].TrimEnd('.')})", "a valid ONNX network", inner: error);
        }
        try
        {
            return new OnnxReference(path, session);
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    /// <summary>Outputs for one input, both flattened row-major.</summary>
    public float[] Run(float[] inputs)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        if (inputs.Length != Inputs)
            throw new ArgumentException($"{inputs.Length} numbers were given to a network of {Inputs} inputs.", nameof(inputs));
        try
        {
            using var results = session.Run([NamedOnnxValue.CreateFromTensor(input, new DenseTensor<float>(inputs, shape))], [output]);
            return [.. results[0].AsEnumerable<float>()];
        }
        catch (OnnxRuntimeException error)
        {
            throw new DataFormatException(file, $"a network that fails in ONNX Runtime ({error.Message.Split('\n')[0].TrimEnd('.')})", "one that takes a sample", inner: error);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => session.Dispose();
}
