using static TorchSharp.torch;

namespace Ballast.Robustness.Bounds;

/// <summary>Adam on what is free in a backward pass, kept in range: raises the lower bound of each row by itself.</summary>
/// <param name="rate">Step relative to a choice's range, or of a multiplier.</param>
/// <param name="decay">What the step is multiplied by after each.</param>
internal sealed class LineAscent(double rate, double decay)
{
    private const double First = 0.9;
    private const double Second = 0.999;

    /// <summary>The best values of each row that were seen, and their bounds.</summary>
    /// <param name="starts">Tensors [P, ...] to begin with.</param>
    /// <param name="scales">What a step of 1 means for each.</param>
    /// <param name="lower">The bounds [P] of values.</param>
    /// <param name="project">Brings values into range, in place.</param>
    /// <param name="isEnough">Whether bounds are good enough to stop; null to take all steps.</param>
    /// <param name="steps">Steps, at least 1.</param>
    /// <param name="cancellation">Stops between steps.</param>
    public (Tensor[] Values, Tensor Lower) Run(
        IReadOnlyList<Tensor> starts, IReadOnlyList<Tensor?> scales, Func<Tensor[], Tensor> lower, Action<Tensor[]> project, Func<Tensor, bool>? isEnough, int steps, CancellationToken cancellation)
    {
        using var gradients = enable_grad();
        Tensor[] leaves = [.. starts.Select(start => start.detach().clone().requires_grad_())];
        Tensor[] best = [.. leaves.Select(leaf => leaf.detach().clone())];
        var (first, second) = (leaves.Select(leaf => zeros_like(leaf)).ToArray(), leaves.Select(leaf => zeros_like(leaf)).ToArray());
        Tensor? bestLower = null;
        for (var step = 1; step <= steps; step++)
        {
            cancellation.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            var bounds = lower(leaves);
            var total = bounds.sum();
            using var frozen = no_grad();
            if (bestLower is null)
            {
                bestLower = bounds.detach().clone().MoveToOuterDisposeScope();
            }
            else
            {
                var isBetter = bounds.gt(bestLower);
                bestLower.copy_(maximum(bounds, bestLower));
                for (var i = 0; i < leaves.Length; i++)
                    best[i].copy_(where(isBetter.unsqueeze(1), leaves[i], best[i]));
            }
            if (step == steps || !total.requires_grad || isEnough?.Invoke(bestLower) == true)
                break;
            var slopes = autograd.grad([total], leaves, allow_unused: true);
            for (var i = 0; i < leaves.Length; i++)
                if (leaves[i].shape[1] > 0 && slopes[i] is { IsInvalid: false } slope)
                    Move(leaves[i], slope, first[i], second[i], scales[i], step);
            project(leaves);
        }
        return (best, bestLower!);
    }

    private void Move(Tensor leaf, Tensor slope, Tensor first, Tensor second, Tensor? scale, int step)
    {
        first.mul_(First).add_(slope, alpha: 1 - First);
        second.mul_(Second).addcmul_(slope, slope, 1 - Second);
        var move = first / (second / (1 - Math.Pow(Second, step))).sqrt_().add_(1e-10);
        var length = rate * Math.Pow(decay, step - 1) / (1 - Math.Pow(First, step));
        leaf.add_(scale is null ? move : move * scale, alpha: length);
    }
}
