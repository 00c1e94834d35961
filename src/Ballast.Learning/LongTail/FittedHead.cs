using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Ballast.Learning.LongTail;

/// <summary>The head a method made.</summary>
/// <param name="Head">[B, d] to [B, K]; null where the method would rather leave the present one.</param>
/// <param name="Note">What a user should know; null for nothing.</param>
public sealed record FittedHead(Module<Tensor, Tensor>? Head, string? Note = null)
{
    /// <summary>How tau was picked, where the method picks one.</summary>
    public TauFit? Tau { get; init; }
}
