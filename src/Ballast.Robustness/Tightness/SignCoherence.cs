using static TorchSharp.torch;

namespace Ballast.Robustness.Tightness;

/// <summary>Whether neurons of a ReLU network can be given signs with σ_out W σ_in ≥ 0 for every weight: then intervals are exact at the output on every box.</summary>
/// <remarks>Weaker than a monotone network: a two-colouring of the graph of nonzero weights, found breadth first. Linear layers with ReLUs between them.</remarks>
public static class SignCoherence
{
    /// <summary>A sign of each neuron, inputs first, layer after layer; null where a cycle of weights contradicts every choice.</summary>
    /// <param name="weights">[o, i] matrices from the input on, each fitting the one before.</param>
    /// <exception cref="ArgumentException">There is none, or shapes do not fit.</exception>
    public static IReadOnlyList<int[]>? Signs(IReadOnlyList<Tensor> weights)
    {
        ArgumentNullException.ThrowIfNull(weights);
        if (weights.Count == 0 || weights.Any(weight => weight.dim() != 2) || weights.Zip(weights.Skip(1)).Any(pair => pair.First.shape[0] != pair.Second.shape[1]))
            throw new ArgumentException("Matrices [outputs, inputs] that fit one another are expected.", nameof(weights));
        var layers = weights.Select(Values).ToArray();
        int[][] signs = [new int[layers[0].GetLength(1)], .. layers.Select(layer => new int[layer.GetLength(0)])];
        var queue = new Queue<(int Layer, int Neuron)>();
        for (var layer = 0; layer < signs.Length; layer++)
            for (var neuron = 0; neuron < signs[layer].Length; neuron++)
            {
                if (signs[layer][neuron] != 0)
                    continue;
                signs[layer][neuron] = 1;
                queue.Enqueue((layer, neuron));
                while (queue.TryDequeue(out var at))
                    if (!Spread(layers, signs, queue, at.Layer, at.Neuron))
                        return null;
            }
        return signs;
    }

    private static bool Spread(double[][,] layers, int[][] signs, Queue<(int, int)> queue, int layer, int neuron)
    {
        var own = signs[layer][neuron];
        if (layer < layers.Length)
            for (var o = 0; o < signs[layer + 1].Length; o++)
                if (!Agree(layers[layer][o, neuron], layer + 1, o))
                    return false;
        if (layer > 0)
            for (var i = 0; i < signs[layer - 1].Length; i++)
                if (!Agree(layers[layer - 1][neuron, i], layer - 1, i))
                    return false;
        return true;

        bool Agree(double weight, int otherLayer, int other)
        {
            if (weight == 0)
                return true;
            var wanted = own * Math.Sign(weight);
            if (signs[otherLayer][other] == 0)
            {
                signs[otherLayer][other] = wanted;
                queue.Enqueue((otherLayer, other));
            }
            return signs[otherLayer][other] == wanted;
        }
    }

    private static double[,] Values(Tensor weight)
    {
        using var scope = NewDisposeScope();
        var (flat, values) = (weight.to(float64).contiguous().data<double>().ToArray(), new double[weight.shape[0], weight.shape[1]]);
        Buffer.BlockCopy(flat, 0, values, 0, flat.Length * sizeof(double));
        return values;
    }
}
