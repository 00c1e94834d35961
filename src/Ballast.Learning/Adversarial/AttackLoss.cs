using Ballast.Learning.Objectives;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Ballast.Learning.Adversarial;

/// <summary>What an attack raises: one value a sample, from the scores at the attacked point.</summary>
public abstract class AttackLoss
{
    /// <summary>Cross-entropy; its gradient vanishes where softmax saturates, so use <see cref="Margin"/> or <see cref="Dlr"/> beside it.</summary>
    /// <remarks>Where a score leads by more than 10 it is computed in double precision, and its gradient from scores drawn together to a lead of 30: in single precision it would round to 0.</remarks>
    public static AttackLoss CrossEntropy { get; } = new UnsaturatedCrossEntropy();

    /// <summary>The best other score minus the label's: above 0 where the sample is misclassified (Carlini and Wagner 2017).</summary>
    public static AttackLoss Margin { get; } = new MarginLoss();

    /// <summary>The difference of logits ratio, which no rescaling of the scores changes (Croce and Hein 2020); at least 3 classes.</summary>
    public static AttackLoss Dlr { get; } = new DlrLoss();

    /// <summary>Minus the cross-entropy of target classes: raising it draws samples towards them.</summary>
    /// <param name="targets">[B] class indices, int64.</param>
    public static AttackLoss TargetedCrossEntropy(Tensor targets) => new TargetedLoss(Detached(targets), (scores, target) => -CrossEntropy.PerSample(scores, target));

    /// <summary>A target's score minus the best other: above 0 where the sample is taken for the target.</summary>
    /// <param name="targets">[B] class indices, int64.</param>
    public static AttackLoss TargetedMargin(Tensor targets) => new TargetedLoss(Detached(targets), (scores, target) => -Margin.PerSample(scores, target));

    /// <summary>The targeted difference of logits ratio (Croce and Hein 2020, eq. 7): -(z_y - z_t) / (z_(1) - (z_(3) + z_(4)) / 2); at least 4 classes.</summary>
    /// <param name="targets">[B] class indices, int64, none equal to the sample's label.</param>
    public static AttackLoss TargetedDlr(Tensor targets) => new TargetedDlrLoss(Detached(targets));

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

    private sealed class UnsaturatedCrossEntropy : AttackLoss
    {
        private const double Lead = 10, Kept = 30;

        public override Tensor PerSample(Tensor scores, Tensor labels)
        {
            var plain = functional.cross_entropy(scores, labels, reduction: Reduction.None);
            using var lead = -Margin.PerSample(scores.detach(), labels);
            if (!(lead.amax([0]).to(float64).item<double>() > Lead))
                return plain;
            var exact = functional.cross_entropy(scores.to(float64), labels, reduction: Reduction.None);
            var drawn = scores.to(float64) * lead.to(float64).AtLeast(Kept).reciprocal().Times(Kept).unsqueeze(1);
            var sloped = functional.cross_entropy(drawn, labels, reduction: Reduction.None);
            return where(lead > Lead, (exact.detach() + sloped - sloped.detach()).to(scores.dtype), plain);
        }
    }

    private sealed class TargetedLoss(Tensor targets, Func<Tensor, Tensor, Tensor> loss) : AttackLoss
    {
        public override Tensor PerSample(Tensor scores, Tensor labels) => loss(scores, targets);

        public override AttackLoss Select(Tensor samples) => new TargetedLoss(targets.index_select(0, samples), loss);
    }

    private sealed class TargetedDlrLoss(Tensor targets) : AttackLoss
    {
        public override Tensor PerSample(Tensor scores, Tensor labels)
        {
            if (scores.shape[1] < 4)
                throw new ArgumentException($"The targeted difference of logits ratio needs at least 4 classes; found {scores.shape[1]}.", nameof(scores));
            var top = scores.topk(4, 1).values;
            var gap = (scores.gather(1, targets.unsqueeze(1)) - scores.gather(1, labels.unsqueeze(1))).squeeze(1);
            return gap / (top.select(1, 0) - (top.select(1, 2) + top.select(1, 3)).Over(2)).Plus(1e-12);
        }

        public override AttackLoss Select(Tensor samples) => new TargetedDlrLoss(targets.index_select(0, samples));
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
