using static TorchSharp.torch;
using Model = TorchSharp.torch.nn.Module<TorchSharp.torch.Tensor, TorchSharp.torch.Tensor>;

namespace Ballast.Learning.Adversarial;

/// <summary>What one ascent works on: samples, their labels, the loss, and the record that every iterate is noted in.</summary>
/// <param name="Model">In evaluation mode.</param>
/// <param name="Center">[B, ...] the samples.</param>
/// <param name="Labels">[B].</param>
/// <param name="Loss">What is raised.</param>
/// <param name="Record">Takes note of every iterate.</param>
/// <param name="Rows">[B] positions of the samples in the record.</param>
/// <param name="Cancellation">Looked at before every pass.</param>
internal sealed record AttackTask(Model Model, Tensor Center, Tensor Labels, AttackLoss Loss, AttackRecord Record, Tensor Rows, CancellationToken Cancellation)
{
    /// <summary>The losses at an iterate and the gradient of their sum; the iterate is noted.</summary>
    /// <returns>[B] and [B, ...], without a graph.</returns>
    public (Tensor Losses, Tensor Gradient) Slope(Tensor point)
    {
        Cancellation.ThrowIfCancellationRequested();
        var (scores, losses, gradient) = SlopeAt(Model, point, Labels, Loss);
        Note(point, scores, losses);
        return (losses, gradient);
    }

    /// <summary>The losses at the last iterate, whose gradient nobody needs; the iterate is noted.</summary>
    /// <returns>[B].</returns>
    public Tensor Losses(Tensor point)
    {
        Cancellation.ThrowIfCancellationRequested();
        using var frozen = no_grad();
        var scores = Model.call(point);
        var losses = Loss.PerSample(scores, Labels);
        Note(point, scores, losses);
        return losses;
    }

    /// <summary>Scores and losses at a point, and the gradient of the losses' sum: samples do not interact, and lengths keep their meaning in L2.</summary>
    public static (Tensor Scores, Tensor Losses, Tensor Gradient) SlopeAt(Model model, Tensor point, Tensor labels, AttackLoss loss)
    {
        using var gradients = enable_grad();
        var leaf = point.detach().requires_grad_();
        var scores = model.call(leaf);
        var losses = loss.PerSample(scores, labels);
        var gradient = autograd.grad([losses.sum()], [leaf])[0];
        return (scores.detach(), losses.detach(), gradient);
    }

    private void Note(Tensor point, Tensor scores, Tensor losses) => Record.Note(Rows, point, losses, scores.argmax(1) != Labels);
}
