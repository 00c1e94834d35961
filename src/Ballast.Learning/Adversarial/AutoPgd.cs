using Ballast.Core;
using static TorchSharp.torch;

namespace Ballast.Learning.Adversarial;

/// <summary>AutoPGD: projected ascent with momentum whose steps halve where they no longer help, so that there is no step size to choose.</summary>
/// <remarks>
/// Source: Croce and Hein (ICML 2020), algorithm 1 and section 3. z = P(x_i + eta dir(g_i)); x_{i+1} = P(x_i + a (z - x_i) + (1 - a)(x_i - x_{i-1})), a = 1 at first and 0.75 then. Steps begin at
/// 2 epsilon. At checkpoints, 22% of the iterations apart at first and ever closer, a sample whose loss rose in at most a share rho of the steps, or whose best loss has not risen since a checkpoint
/// at which its step was not halved, goes on from its best point with half the step. Every random start lies on the ball's surface before it is cut to the data's range.
/// Cost: T + 1 times a forward and backward pass. Below about ten iterations it is a sign method with falling steps.
/// </remarks>
/// <param name="threat">What the attacker may do.</param>
public sealed class AutoPgd(ThreatModel threat) : Attack(threat)
{
    private const double Momentum = 0.75;

    /// <summary>Iterations T, at least 1.</summary>
    public int Iterations { get; init => field = Guard.Positive(value); } = 100;

    /// <summary>Share rho of the steps that must raise the loss between checkpoints, in [0, 1].</summary>
    public double Rho { get; init => field = Guard.InRange(value, 0, 1); } = 0.75;

    /// <summary>Told of every checkpoint, in the midst of the attack; null for nobody.</summary>
    public IProgress<AutoPgdCheckpoint>? Checkpoints { get; init; }

    /// <summary>What the attacker may do and how the ascent goes.</summary>
    public override string ToString() => $"{Threat}, AutoPGD of {Iterations} iterations and rho {Rho:R}, {Restarts} ascents ({RestartPolicy})";

    private protected override BrokenIterate Broken => BrokenIterate.Latest;

    private protected override Tensor StartingPoint(Tensor center, AttackKeys keys, int restart)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var width = (int)(center.numel() / Math.Max(1, center.shape[0]));
        Tensor direction;
        if (Threat.Norm == PerturbationNorm.LInfinity)
        {
            var drawn = Threat.Movable(Drawn(keys.Uniforms(restart, width), center, center.shape));
            direction = drawn / PerSample(drawn.abs().flatten(1).amax([1]), center).Plus(1e-12);
        }
        else
            direction = Threat.Direction(Drawn(keys.Gaussians(restart, width), center, center.shape));
        return Threat.Project(center + direction.Times(Threat.Epsilon), center).MoveToOuterDisposeScope();
    }

    private protected override (Tensor Last, Tensor Trace) Climb(AttackTask task, Tensor start)
    {
        using var frozen = no_grad();
        var size = task.Labels.shape[0];
        var (point, before) = (start, start);
        var (losses, gradient) = task.Slope(point);
        var trace = new List<Tensor>(Iterations + 1) { losses.alias() };
        var (best, bestLoss, bestGradient) = (point.clone(), losses.clone(), gradient.clone());
        var step = full([size], 2 * Threat.Epsilon, start.dtype, start.device);
        var (rises, previous) = (zeros([size], int32, start.device), zeros_like(losses));
        var (halved, lastBest) = (ones([size], @bool, start.device), bestLoss.clone());
        var (interval, since) = (Math.Max(Share(0.22), 1), 0);
        for (var i = 0; i < Iterations; i++)
        {
            Tensor[] State() => [point, before, gradient, best, bestLoss, bestGradient, step, rises, previous, halved, lastBest];
            var old = State();
            using var inner = NewDisposeScope();
            var next = Moved(i, point, before, gradient, step, task.Center);
            (before, point) = (point, next);
            (losses, gradient) = task.Slope(point);
            // The reference compares the first loss with 0, not with the start's.
            rises = rises + (losses > previous).to(int32);
            previous = losses;
            var better = losses > bestLoss;
            var which = PerSample(better, point);
            (best, bestGradient) = (where(which, point, best), where(which, gradient, bestGradient));
            bestLoss = where(better, losses, bestLoss);
            if (++since == interval)
            {
                halved = (rises <= Rho * interval).logical_or(halved.logical_not().logical_and(lastBest >= bestLoss));
                lastBest = bestLoss;
                step = where(halved, step.Over(2), step);
                var jumps = PerSample(halved, point);
                (point, gradient) = (where(jumps, best, point), where(jumps, bestGradient, gradient));
                rises = zeros_like(rises);
                Checkpoints?.Report(new AutoPgdCheckpoint(i, Numbers(step), Numbers(bestLoss)));
                (interval, since) = (Math.Max(interval - Math.Max(Share(0.03), 1), Math.Max(Share(0.06), 1)), 0);
            }
            trace.Add(losses.alias().MoveToOuterDisposeScope());
            foreach (var kept in State().Except(old, ReferenceEqualityComparer.Instance).Cast<Tensor>())
                kept.MoveToOuterDisposeScope();
            foreach (var gone in old.Except(State(), ReferenceEqualityComparer.Instance).Cast<Tensor>())
                gone.Dispose();
        }
        return (point, stack(trace, 0));
    }

    private Tensor Moved(int iteration, Tensor point, Tensor before, Tensor gradient, Tensor step, Tensor center)
    {
        var moved = Threat.Project(point + Threat.Direction(gradient) * PerSample(step, point), center);
        // At iteration 0 the momentum is that of a point which has not moved.
        return iteration == 0 ? moved : Threat.Project(point + (moved - point).Times(Momentum) + (point - before).Times(1 - Momentum), center);
    }

    private int Share(double share) => (int)(share * Iterations);

    private static Tensor PerSample(Tensor values, Tensor like) => values.reshape([-1, .. Enumerable.Repeat(1L, (int)like.dim() - 1)]);

    private static double[] Numbers(Tensor values) => values.to(float64).cpu().data<double>().ToArray();
}
