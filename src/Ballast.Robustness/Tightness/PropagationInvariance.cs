using static TorchSharp.torch;

namespace Ballast.Robustness.Tightness;

/// <summary>Whether interval propagation through linear layers is exact on every box: |W_L ... W_1| = |W_L| ... |W_1|.</summary>
/// <remarks>Source: Mao et al. (ICLR 2024), section 3.2. Of two layers it holds exactly when for every (i, j) all nonzero products W2[i,k] W1[k,j] have one sign.</remarks>
public static class PropagationInvariance
{
    private const double Tolerance = 1e-6;

    /// <summary>Tests layers.</summary>
    /// <param name="weights">[o, i] matrices from the input on, at least one, each fitting the one before.</param>
    /// <exception cref="ArgumentException">There is none, or shapes do not fit.</exception>
    public static bool Holds(IReadOnlyList<Tensor> weights)
    {
        RequireChain(weights);
        using var scope = NewDisposeScope();
        var layers = weights.Select(weight => weight.to(float64)).ToArray();
        var (product, absolute) = (layers[0], layers[0].abs());
        foreach (var layer in layers.Skip(1))
            (product, absolute) = (layer.matmul(product), layer.abs().matmul(absolute));
        return (absolute - product.abs()).le(absolute * Tolerance).all().item<bool>();
    }

    /// <summary>Why two layers are not invariant: products over k and k' of one (i, j) that have opposite signs. Null where there are none.</summary>
    /// <param name="first">W1, [h, n].</param>
    /// <param name="second">W2, [m, h].</param>
    /// <exception cref="ArgumentException">Shapes do not fit.</exception>
    public static (int Output, int Input, int Hidden, int OtherHidden)? Witness(Tensor first, Tensor second)
    {
        RequireChain([first, second]);
        using var scope = NewDisposeScope();
        var (w1, w2) = (first.to(float64), second.to(float64));
        for (var i = 0; i < w2.shape[0]; i++)
        {
            using var inner = NewDisposeScope();
            var products = w2[i].unsqueeze(1) * w1;                         // [h, n]
            var mixed = products.gt(0).any(0).logical_and(products.lt(0).any(0)).nonzero().flatten();
            if (mixed.shape[0] == 0)
                continue;
            var j = mixed[0].item<long>();
            var column = products.select(1, j);
            return (i, (int)j, (int)column.argmax().item<long>(), (int)column.argmin().item<long>());
        }
        return null;
    }

    private static void RequireChain(IReadOnlyList<Tensor> weights)
    {
        ArgumentNullException.ThrowIfNull(weights);
        if (weights.Count == 0 || weights.Any(weight => weight is null || weight.dim() != 2))
            throw new ArgumentException("At least one matrix [outputs, inputs] is expected.", nameof(weights));
        for (var i = 1; i < weights.Count; i++)
            if (weights[i].shape[1] != weights[i - 1].shape[0])
                throw new ArgumentException($"Layer {i + 1} takes {weights[i].shape[1]} values; layer {i} gives {weights[i - 1].shape[0]}.", nameof(weights));
    }
}
