using Ballast.Evaluation.Calibration;
using Ballast.Exchange.Networks;
using Ballast.Exchange.Onnx;
using Ballast.Learning.Networks;

namespace Ballast.Learning.Onnx;

/// <summary>Writes a network as an ONNX file that any runtime opens: operator set 17, any number of samples, input <c>input</c>, output <c>output</c>.</summary>
/// <remarks>The file says what the network computes in evaluation mode: running statistics are used, nothing is dropped. The network's mode is left as it is.</remarks>
public static class OnnxExport
{
    /// <summary>Writes a file; an existing one stays as it was when writing fails.</summary>
    /// <param name="network">On any device.</param>
    /// <param name="path">The file to make or replace.</param>
    /// <param name="normalization">What the network's inputs went through in training, written in front, so that the file takes them as they come; null for nothing.</param>
    /// <param name="recalibration">A map of its scores, written behind: the file's scores are then those whose softmax are the recalibrated probabilities; null for nothing.</param>
    /// <exception cref="NotSupportedException">The network, or a module in it, has no form in the graph.</exception>
    /// <exception cref="ArgumentException">The normalisation does not fit the network's channels or the recalibration its outputs, or the network is larger than 2 GiB.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Write(Network network, string path, InputNormalization? normalization = null, AffineLogits? recalibration = null)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentException.ThrowIfNullOrEmpty(path);
        OnnxGraphWriter.Write(path, normalization is null && recalibration is null ? network.ToGraph() : Surrounded(network, normalization, recalibration));
    }

    private static NetworkGraph Surrounded(Network network, InputNormalization? normalization, AffineLogits? recalibration)
    {
        var graph = new NetworkGraphBuilder();
        var input = graph.Input("input", Extents.Of(network.InputShape.Select(extent => (int)extent)));
        var scores = network.Describe(graph, normalization is null ? input : Normalized(graph, input, normalization));
        graph.Output("output", recalibration is null ? scores : Recalibrated(graph, scores, recalibration));
        return graph.Build();
    }

    private static GraphValue Normalized(NetworkGraphBuilder graph, GraphValue input, InputNormalization normalization)
    {
        var shape = graph.ShapeOf(input);
        if (normalization.Mean.Count != shape[0] || normalization.Deviation.Count != shape[0])
            throw new ArgumentException($"A normalisation of {normalization.Mean.Count} channels does not fit inputs of shape {shape}.", nameof(normalization));
        // One number a channel, broadcast over the axes after it.
        var channels = shape.Count == 1 ? shape : [shape[0], .. Extents.Repeat(1, shape.Count - 1)];
        var mean = graph.Constant(new GraphTensor("input.mean", channels, normalization.Mean.Select(value => (float)value).ToArray()));
        var deviation = graph.Constant(new GraphTensor("input.deviation", channels, normalization.Deviation.Select(value => (float)value).ToArray()));
        return graph.Divide(graph.Subtract(input, mean, "input.centred"), deviation, "input.normalized");
    }

    private static GraphValue Recalibrated(NetworkGraphBuilder graph, GraphValue scores, AffineLogits recalibration)
    {
        var (shape, classes) = (graph.ShapeOf(scores), recalibration.Bias.Count);
        if (shape.Count != 1 || shape[0] != classes)
            throw new ArgumentException($"A recalibration of {classes} classes does not fit outputs of shape {shape}.", nameof(recalibration));
        var logits = recalibration.OnLogProbabilities ? graph.LogSoftmax(scores, name: "output.log_probabilities") : scores;
        return graph.Linear("recalibration", logits,
            new GraphTensor("recalibration.weight", [classes, classes], recalibration.Weights.Select(value => (float)value).ToArray()),
            new GraphTensor("recalibration.bias", [classes], recalibration.Bias.Select(value => (float)value).ToArray()));
    }
}
