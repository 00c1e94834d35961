using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Ballast.Tests.Learning.Onnx;

/// <summary>A model as ONNX Runtime runs it, on one thread.</summary>
internal sealed class OnnxRuntimeModel : IDisposable
{
    private readonly InferenceSession session;

    public OnnxRuntimeModel(byte[] model)
    {
        using var options = new SessionOptions { LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL, IntraOpNumThreads = 1 };
        session = new InferenceSession(model, options);
    }

    /// <summary>The outputs, flat, in the model's order.</summary>
    public float[][] Run(IReadOnlyList<(float[] Values, long[] Shape)> inputs)
    {
        var given = session.InputNames.Zip(inputs, (name, input) => NamedOnnxValue.CreateFromTensor(name, new DenseTensor<float>(input.Values, [.. input.Shape.Select(extent => (int)extent)]))).ToArray();
        using var results = session.Run(given, session.OutputNames);
        return [.. results.Select(result => result.AsTensor<float>().ToArray())];
    }

    public void Dispose() => session.Dispose();
}
