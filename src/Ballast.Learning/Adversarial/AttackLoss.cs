using Ballast.Learning.Objectives;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Ballast.Learning.Adversarial;

/// <summary>What an attack raises: one value a sample, from the scores at the attacked point.</summary>
public abstract class AttackLoss
{
    /// <summary>Cross-entropy; its gradient vanishes where softmax saturates, so use <see cref="Margin"/> or <see cref="Dlr"/> beside it.</summary>
    public static AttackLoss CrossEntropy { get; } = Of(new CrossEntropyLoss());

    /// <summary>The best other score minus the label's: above 0 where the sample is misclassified (Carlini and Wagner 2017).</summary>
    public static AttackLoss Margin { get; } = new MarginLoss();

    /// <summary>The difference of logits ratio, which no rescaling of the scores changes (Croce and Hein 2020); at least 3 classes.</summary>
    public static AttackLoss Dlr { get; } = new DlrLoss();

    /// <summary>The loss of every sample.</summary>
    /// <param name="scores">[B, K] at the attacked points.</param>
    /// <param name="labels">[B], int64.</param>
    /// <returns>[B].</returns>
    public abstract Tensor PerSample(Tensor scores, Tensor labels);

    /// <summary>The same loss for some of the samples, for losses that keep something about each.</summary>
    /// <param name="samples">Positions in the batch, int64.</param>
    public virtual AttackLoss Select(Tensor samples) => this;

    /// <summary>A training loss as what is raised; class weights do not move the maximum of a sample's loss and are left out.</summary>
    public static AttackLoss Of(ClassificationLoss loss) => new TrainingLoss(loss);

    /// <summary>KL(p(x) || p(x')), what TRADES raises (Zhang et al. 2019).</summary>
    /// <param name="cleanScores">[B, K] scores of the untouched samples, taken as constants.</param>
    public static AttackLoss DivergenceFrom(Tensor cleanScores) => new Divergence(Detached(cleanScores));

    /// <summary>||Delta(x', y) - Delta(x, y)||^2 with Delta = (z_y - z_y') over the other classes: the square, whose gradient has no kink at 0.</summary>
    /// <param name="cleanScores">[B, K] scores of the untouched samples, taken as constants.</param>
    public static AttackLoss ScoreShiftFrom(Tensor cleanScores) => new ScoreShift(Detached(cleanScores));

    /// <summary>The squared length of the change of all score differences: sum over j of (d_y - d_j)^2, d = <paramref name="moved"/> - <paramref name="scores"/>.</summary>
    internal static Tensor SquaredShift(Tensor moved, Tensor scores, Tensor labels)
    {
        var change = moved - scores;                                             // [B, K]
        return (change.gather(1, labels.unsqueeze(1)) - change).square().sum(1);
    }

    private static Tensor Detached(Tensor scores)
    {
        ArgumentNullException.ThrowIfNull(scores);
        return scores.detach();
    }

    private sealed class TrainingLoss(ClassificationLoss loss) : AttackLoss
    {
        public override Tensor PerSample(Tensor scores, Tensor labels) => loss.PerSample(scores, labels);
    }

    private sealed class MarginLoss : AttackLoss
    {
        public override Tensor PerSample(Tensor scores, Tensor labels)
        {
            var own = labels.unsqueeze(1);
            return scores.scatter(1, own, full_like(own, double.NegativeInfinity, scores.dtype)).amax([1]) - scores.gather(1, own).squeeze(1);
        }
    }

    private sealed class DlrLoss : AttackLoss
    {
        public override Tensor PerSample(Tensor scores, Tensor labels)
        {
            if (scores.shape[1] < 3)
                throw new ArgumentException($"The difference of logits ratio needs at least 3 classes; found {scores.shape[1]}.", nameof(scores));
            var top = scores.topk(3, 1).values;
            return Margin.PerSample(scores, labels) / (top.select(1, 0) - top.select(1, 2)).Plus(1e-12);
        }
    }

    private sealed class Divergence(Tensor clean) : AttackLoss
    {
        public override Tensor PerSample(Tensor scores, Tensor labels)
        {
            var logClean = functional.log_softmax(clean, 1);
            return (logClean.exp() * (logClean - functional.log_softmax(scores, 1))).sum(1);
        }

        public override AttackLoss Select(Tensor samples) => new Divergence(clean.index_select(0, samples));
    }

    private sealed class ScoreShift(Tensor clean) : AttackLoss
    {
        public override Tensor PerSample(Tensor scores, Tensor labels) => SquaredShift(scores, clean, labels);

        public override AttackLoss Select(Tensor samples) => new ScoreShift(clean.index_select(0, samples));
    }
}
