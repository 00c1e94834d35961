using static TorchSharp.torch;

namespace Ballast.Robustness.Bounds;

/// <summary>The lines around an activation as a function of what is free in them.</summary>
/// <param name="choices">What is free.</param>
/// <param name="with">The lines for values of each choice; values outside their range are brought into it.</param>
internal sealed class FreeLines(IReadOnlyList<LineChoice> choices, Func<IReadOnlyList<Tensor>, Relaxation> with)
{
    public IReadOnlyList<LineChoice> Choices { get; } = choices;

    public Relaxation With(IReadOnlyList<Tensor> values) => with(values);
}
