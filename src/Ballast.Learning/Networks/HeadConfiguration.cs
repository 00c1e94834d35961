using System.Text.Json.Serialization;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Ballast.Learning.Networks;

/// <summary>All that makes a head again, its weights apart.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(LinearHeadConfiguration), "linear")]
[JsonDerivedType(typeof(CosineHeadConfiguration), "cosine")]
public abstract record HeadConfiguration
{
    /// <summary>Outputs K.</summary>
    public abstract int Outputs { get; init; }

    /// <summary>Makes the head for features of width <paramref name="features"/>.</summary>
    public abstract Module<Tensor, Tensor> Create(int features, Initialization weights);

    /// <summary>The configuration of a head that stands.</summary>
    /// <exception cref="NotSupportedException">The head is of another kind.</exception>
    public static HeadConfiguration Of(Module<Tensor, Tensor> head) => head switch
    {
        Linear linear => new LinearHeadConfiguration((int)linear.out_features, linear.bias is not null),
        CosineHead cosine => new CosineHeadConfiguration(cosine.Outputs, cosine.Scale),
        _ => throw new NotSupportedException($"A head of type {head?.GetType().Name} cannot be made by its name."),
    };
}

/// <summary>A linear head.</summary>
/// <param name="Outputs">Outputs K.</param>
/// <param name="HasBias">Whether biases are added.</param>
public sealed record LinearHeadConfiguration(int Outputs, bool HasBias = true) : HeadConfiguration
{
    /// <inheritdoc/>
    public override Module<Tensor, Tensor> Create(int features, Initialization weights)
    {
        ArgumentNullException.ThrowIfNull(weights);
        var layer = weights.Linear(features, Outputs);
        if (!HasBias)
            layer.bias = null;
        return layer;
    }
}

/// <summary>A cosine head.</summary>
/// <param name="Outputs">Outputs K.</param>
/// <param name="Scale">Scale s of the cosines.</param>
public sealed record CosineHeadConfiguration(int Outputs, double Scale) : HeadConfiguration
{
    /// <inheritdoc/>
    public override Module<Tensor, Tensor> Create(int features, Initialization weights) => new CosineHead(features, Outputs, weights, Scale);
}
