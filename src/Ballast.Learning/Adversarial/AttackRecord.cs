using static TorchSharp.torch;

namespace Ballast.Learning.Adversarial;

/// <summary>The best and the misclassified iterates so far, a sample a row.</summary>
internal sealed class AttackRecord
{
    private readonly Tensor best, bestLoss, broken, brokenLoss, isBroken;
    private readonly BrokenIterate kept;

    /// <summary>Belongs to the dispose scope it is made in.</summary>
    public AttackRecord(Tensor inputs, BrokenIterate kept)
    {
        using var frozen = no_grad();
        (Inputs, this.kept) = (inputs, kept);
        (best, broken) = (inputs.clone(), inputs.clone());
        bestLoss = full([inputs.shape[0]], double.NegativeInfinity, inputs.dtype, inputs.device);
        brokenLoss = bestLoss.clone();
        isBroken = zeros([inputs.shape[0]], @bool, inputs.device);
    }

    /// <summary>[B, ...] the untouched samples.</summary>
    public Tensor Inputs { get; }

    /// <summary>Positions of the samples that no iterate has broken.</summary>
    public long[] Unbroken() => isBroken.logical_not().nonzero().squeeze(1).cpu().data<long>().ToArray();

    /// <summary>Takes note of one iterate of the samples at <paramref name="rows"/>. A NaN loss counts as broken.</summary>
    public void Note(Tensor rows, Tensor point, Tensor losses, Tensor misclassified)
    {
        using var frozen = no_grad();
        var invalid = losses.isnan();
        var values = losses.nan_to_num(double.PositiveInfinity, double.PositiveInfinity, double.NegativeInfinity);
        Keep(best, bestLoss, rows, point, values, values > bestLoss.index_select(0, rows));
        var wrong = misclassified.logical_or(invalid);
        Keep(broken, brokenLoss, rows, point, values, kept == BrokenIterate.Latest ? wrong : wrong.logical_and(values > brokenLoss.index_select(0, rows)));
        var hit = rows.masked_select(wrong);
        if (hit.numel() > 0)
            isBroken.index_fill_(0, hit, true);
    }

    public AttackResult Result(Tensor last, Tensor trace)
    {
        using var frozen = no_grad();
        var shape = new long[Inputs.dim()];
        Array.Fill(shape, 1);
        shape[0] = -1;
        var adversarial = where(isBroken.reshape(shape), broken, best);
        return new AttackResult(
            adversarial.MoveToOuterDisposeScope(), best.MoveToOuterDisposeScope(), bestLoss.MoveToOuterDisposeScope(), last.MoveToOuterDisposeScope(),
            isBroken.cpu().data<bool>().ToArray(), trace.MoveToOuterDisposeScope());
    }

    private static void Keep(Tensor points, Tensor losses, Tensor rows, Tensor point, Tensor values, Tensor better)
    {
        var which = better.nonzero().squeeze(1);
        if (which.shape[0] == 0)
            return;
        var target = rows.index_select(0, which);
        points.index_copy_(0, target, point.index_select(0, which));
        losses.index_copy_(0, target, values.index_select(0, which));
    }
}
