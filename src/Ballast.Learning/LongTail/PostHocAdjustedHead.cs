using Ballast.Evaluation.Calibration;
using static TorchSharp.torch;

namespace Ballast.Learning.LongTail;

/// <summary>Post-hoc logit adjustment as a method of the last layer: -tau log pi_k joins the bias, so that the network decides and travels adjusted.</summary>
/// <remarks>For models other than networks, and for probabilities in a file, see <see cref="PostHocLogitAdjustment"/>.</remarks>
/// <param name="tau">Strength, at least 0.</param>
public sealed class PostHocAdjustedHead(double tau = 1) : HeadMethod
{
    private readonly double tau = Core.Guard.NotNegative(tau);

    /// <inheritdoc/>
    public override FittedHead Fit(HeadTraining training, CancellationToken cancellation = default)
    {
        var head = LinearOf(training);
        using var scope = NewDisposeScope();
        var shift = tensor(PostHocLogitAdjustment.OfCounts(training.Features.ClassCounts(), tau).Shift.ToArray(), head.weight!.dtype);
        return new FittedHead(LinearHead(head.weight, head.bias is { } bias ? bias.detach().cpu() + shift : shift));
    }
}
