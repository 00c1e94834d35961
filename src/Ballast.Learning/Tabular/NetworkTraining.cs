using Ballast.Core;
using Ballast.Learning.Networks;
using Ballast.Learning.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace Ballast.Learning.Tabular;

/// <summary>What classifier and regressor share: training of a network on encoded rows, and its outputs for others.</summary>
internal static class NetworkTraining
{
    private const int PredictionRows = 4096;

    /// <summary>Trains a network, which comes back in double precision, on the processor, in evaluation mode.</summary>
    public static Network Train(
        NetworkOptions options, NetworkEncoding encoding, int outputs, Objective objective, Dataset fitted, Dataset? held, CancellationToken cancellation)
    {
        var network = options.ConfigurationFor(encoding.Shape, outputs).Create(options.Seed);
        try
        {
            new Trainer(options.TrainerFor(fitted.Count, watched: held is not null)).Train(network, objective, fitted, held, cancellation: cancellation);
            return ForPrediction(network);
        }
        catch
        {
            network.Dispose();
            throw;
        }
    }

    /// <summary>The network as predictions need it. In double precision a row's outputs do not depend on the rows beside it beyond rounding at the fifteenth digit.</summary>
    public static Network ForPrediction(Network network)
    {
        network.cpu();
        network.to(float64);
        network.eval();
        return network;
    }

    /// <summary>n x K outputs.</summary>
    public static double[] Outputs(Network network, NetworkEncoding encoding, Dataset data, Func<Tensor, Tensor> map)
    {
        var (encoded, width, results) = (encoding.Apply(data), encoding.Shape.Width, new List<double>());
        using var gradients = no_grad();
        for (var start = 0; start < data.Count; start += PredictionRows)
        {
            using var scope = NewDisposeScope();
            var rows = Math.Min(PredictionRows, data.Count - start);
            var input = tensor(encoded.Features.Slice(start * width, rows * width).ToArray(), [rows, width]).to(float64);
            results.AddRange(map(network.call(input)).contiguous().data<double>().ToArray());
        }
        return [.. results];
    }

    /// <summary>Encoded rows at <paramref name="positions"/>, with weights scaled to mean 1, so that the learning rate means the same whatever their unit.</summary>
    public static Dataset Rows(Dataset encoded, int[] positions, Func<int, double> weightOf)
    {
        var weights = Array.ConvertAll(positions, row => weightOf(row));
        var mean = weights.Length == 0 ? 1 : weights.Average();
        var rows = encoded.Select(positions);
        return Array.TrueForAll(weights, weight => weight == mean) ? rows : rows.WithWeights(Array.ConvertAll(weights, weight => (float)(weight / mean)));
    }
}
