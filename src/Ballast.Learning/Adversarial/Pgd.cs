using Ballast.Core;
using static TorchSharp.torch;
using Model = TorchSharp.torch.nn.Module<TorchSharp.torch.Tensor, TorchSharp.torch.Tensor>;

namespace Ballast.Learning.Adversarial;

/// <summary>Projected gradient ascent of any per-sample loss within a ball: the inner loop of adversarial training and the attack PGD.</summary>
/// <remarks>
/// Source: Madry et al. (ICLR 2018). x_0 = start; x_{t+1} = P(x_t + eta dir(g_t)), g_t the gradient of the sum of the batch's losses, P into the ball and the
/// data's range. Cost: T times a forward and backward pass, and one forward pass.
/// </remarks>
/// <param name="threat">What the attacker may do.</param>
public sealed class Pgd(ThreatModel threat) : Attack(threat)
{
    private readonly double? stepSize;

    /// <summary>Steps T of an ascent, at least 1.</summary>
    public int Steps { get; init => field = Guard.Positive(value); } = 20;

    /// <summary>Length eta of a step, at least 0; by default 2.5 epsilon / T.</summary>
    public double StepSize
    {
        get => stepSize ?? 2.5 * Threat.Epsilon / Steps;
        init => stepSize = Guard.NotNegative(value);
    }

    /// <summary>Where ascents begin.</summary>
    public AscentStart Start { get; init; } = AscentStart.UniformInBall;

    /// <summary>The fast gradient (sign) method: one step of length epsilon from the sample (Goodfellow et al. 2015).</summary>
    public static Pgd Fgsm(ThreatModel threat)
    {
        ArgumentNullException.ThrowIfNull(threat);
        return new Pgd(threat) { Steps = 1, StepSize = threat.Epsilon, Start = AscentStart.Sample };
    }

    /// <summary>The ascent of adversarial training: 10 steps of epsilon / 4.</summary>
    public static Pgd ForTraining(ThreatModel threat, AscentStart start = AscentStart.UniformInBall)
    {
        ArgumentNullException.ThrowIfNull(threat);
        return new Pgd(threat) { Steps = 10, StepSize = threat.Epsilon / 4, Start = start };
    }

    /// <summary>What the attacker may do and how the ascent goes.</summary>
    public override string ToString() => $"{Threat}, {Steps} steps of {StepSize:R} from {Start}, {Restarts} ascents ({RestartPolicy})";

    /// <summary>The last iterate of one ascent: what adversarial training differentiates at. Nothing else is computed.</summary>
    /// <param name="model">Maps [B, ...] to scores [B, K].</param>
    /// <param name="inputs">[B, ...].</param>
    /// <param name="labels">[B], int64.</param>
    /// <param name="loss">What is raised.</param>
    /// <param name="keys">Names the random starts.</param>
    /// <returns>[B, ...], without a graph.</returns>
    public Tensor Ascend(Model model, Tensor inputs, Tensor labels, AttackLoss loss, AttackKeys keys)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(inputs);
        ArgumentNullException.ThrowIfNull(loss);
        using var mode = ModelMode.Evaluation(model);
        using var scope = NewDisposeScope();
        var center = inputs.detach();
        var point = StartingPoint(center, keys, restart: 0);
        for (var step = 0; step < Steps; step++)
        {
            using var inner = NewDisposeScope();
            var before = point;
            var (_, _, gradient) = AttackTask.SlopeAt(model, point, labels, loss);
            point = Step(point, gradient, center).MoveToOuterDisposeScope();
            before.Dispose();
        }
        return point.MoveToOuterDisposeScope();
    }

    private protected override BrokenIterate Broken => BrokenIterate.GreatestLoss;

    private protected override (Tensor Last, Tensor Trace) Climb(AttackTask task, Tensor start)
    {
        var point = start;
        var losses = new List<Tensor>(Steps + 1);
        for (var step = 0; step < Steps; step++)
        {
            using var inner = NewDisposeScope();
            var before = point;
            var (values, gradient) = task.Slope(point);
            losses.Add(values.MoveToOuterDisposeScope());
            point = Step(point, gradient, task.Center).MoveToOuterDisposeScope();
            before.Dispose();
        }
        losses.Add(task.Losses(point));
        return (point, stack(losses, 0));
    }

    private Tensor Step(Tensor point, Tensor gradient, Tensor center)
    {
        using var frozen = no_grad();
        return Threat.Project(point + Threat.Direction(gradient).Times(StepSize), center);
    }

    private protected override Tensor StartingPoint(Tensor center, AttackKeys keys, int restart)
    {
        if (Start == AscentStart.Sample)
            return center.clone();
        var width = (int)(center.numel() / Math.Max(1, center.shape[0]));
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var change = (Start, Threat.Norm) switch
        {
            (AscentStart.NearSample, _) => Drawn(keys.Gaussians(restart, width), center, center.shape).Times(0.001),
            (_, PerturbationNorm.LInfinity) => Drawn(keys.Uniforms(restart, width), center, center.shape).Times(Threat.Epsilon),
            _ => UniformInL2Ball(),
        };
        // Near the sample the range is kept too; a draw beyond the ball is pulled back by the first step's projection.
        return Threat.Clamp(center + Threat.Movable(change), center).MoveToOuterDisposeScope();

        // A uniform direction at a distance of epsilon U^(1/d), d the features that may move.
        Tensor UniformInL2Ball()
        {
            var direction = Threat.Direction(Drawn(keys.Gaussians(restart, width), center, center.shape));
            var radius = Drawn(keys.Radii(restart), center, [-1, .. Enumerable.Repeat(1L, (int)center.dim() - 1)]).pow(1.0 / Threat.MovableCount(width));
            return direction * radius.Times(Threat.Epsilon);
        }
    }
}
