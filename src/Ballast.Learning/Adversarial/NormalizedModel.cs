using Ballast.Exchange.Networks;
using static TorchSharp.torch;

namespace Ballast.Learning.Adversarial;

/// <summary>A model with the normalisation of its inputs in front, so that an attack moves what a user would: pixels in [0,1], columns in their own unit.</summary>
/// <remarks>The model stays the caller's: disposing of this leaves it, and its mode is its own.</remarks>
public sealed class NormalizedModel : nn.Module<Tensor, Tensor>
{
    private readonly Func<Tensor, Tensor> pass;
    private readonly InputNormalization normalization;

    /// <summary>Puts a normalisation in front.</summary>
    /// <param name="model">Maps normalised samples to scores; in evaluation mode where attacks need it.</param>
    /// <param name="normalization">One mean and deviation a channel of [B, c, h, w], or a feature of [B, d].</param>
    public NormalizedModel(nn.Module<Tensor, Tensor> model, InputNormalization normalization) : base(nameof(NormalizedModel))
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(normalization);
        (pass, this.normalization) = (model.call, normalization);
        eval();
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        return pass(Normalize(input, normalization)).MoveToOuterDisposeScope();
    }

    /// <summary>(x - mean) / deviation along axis 1.</summary>
    public static Tensor Normalize(Tensor input, InputNormalization normalization)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(normalization);
        using var scope = NewDisposeScope();
        return ((input - Along(input, normalization.Mean)) / Along(input, normalization.Deviation)).MoveToOuterDisposeScope();
    }

    /// <summary>What <see cref="Normalize"/> was given: x deviation + mean along axis 1.</summary>
    public static Tensor Undo(Tensor input, InputNormalization normalization)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(normalization);
        using var scope = NewDisposeScope();
        return (input * Along(input, normalization.Deviation) + Along(input, normalization.Mean)).MoveToOuterDisposeScope();
    }

    private static Tensor Along(Tensor input, IReadOnlyList<double> values) =>
        tensor(values.ToArray()).to(input.dtype, input.device).reshape([1, -1, .. Enumerable.Repeat(1L, (int)input.dim() - 2)]);
}
