using Ballast.Core;
using static TorchSharp.torch;
using Model = TorchSharp.torch.nn.Module<TorchSharp.torch.Tensor, TorchSharp.torch.Tensor>;

namespace Ballast.Learning.Adversarial;

/// <summary>Projected gradient ascent of any per-sample loss within a ball: the inner loop of adversarial training and the attack PGD.</summary>
/// <remarks>
/// Source: Madry et al. (ICLR 2018). x_0 = start; x_{t+1} = P(x_t + eta dir(g_t)), g_t the gradient of the sum of the batch's losses, P into the ball and the
/// data's range. The model is in evaluation mode meanwhile and its parameters' gradients are neither computed nor accumulated. Random starts follow
/// <see cref="AttackKeys"/>: results do not depend on how samples are batched. Cost: T + 1 times a forward and backward pass.
/// </remarks>
/// <param name="threat">What the attacker may do.</param>
public sealed class Pgd(ThreatModel threat)
{
    private readonly double? stepSize;

    /// <summary>What the attacker may do.</summary>
    public ThreatModel Threat { get; } = threat ?? throw new ArgumentNullException(nameof(threat));

    /// <summary>Steps T of an ascent, at least 1.</summary>
    public int Steps { get; init => field = Guard.Positive(value); } = 20;

    /// <summary>Length eta of a step, at least 0; by default 2.5 epsilon / T.</summary>
    public double StepSize
    {
        get => stepSize ?? 2.5 * Threat.Epsilon / Steps;
        init => stepSize = Guard.NotNegative(value);
    }

    /// <summary>Ascents from starts of their own, at least 1.</summary>
    public int Restarts { get; init => field = Guard.Positive(value); } = 1;

    /// <summary>Which samples further ascents take up.</summary>
    public RestartPolicy RestartPolicy { get; init; } = RestartPolicy.Unbroken;

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
            var (_, _, gradient) = Slope(model, point, labels, loss);
            point = Step(point, gradient, center).MoveToOuterDisposeScope();
            before.Dispose();
        }
        return point.MoveToOuterDisposeScope();
    }

    /// <summary>The attack: the best and the misclassified iterates of all ascents.</summary>
    /// <param name="model">Maps [B, ...] to scores [B, K].</param>
    /// <param name="inputs">[B, ...], in the data's range.</param>
    /// <param name="labels">[B], int64.</param>
    /// <param name="loss">What is raised.</param>
    /// <param name="keys">Names the random starts.</param>
    /// <param name="cancellation">Stops between steps.</param>
    /// <exception cref="ArgumentException">An input lies outside the data's range by more than 1e-6, or lengths differ.</exception>
    public AttackResult Run(Model model, Tensor inputs, Tensor labels, AttackLoss loss, AttackKeys keys, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(keys);
        return Run(model, inputs, labels, loss, (center, samples, restart) => StartingPoint(center, keys.Select(samples), restart), cancellation);
    }

    /// <summary>The attack of one ascent from given points.</summary>
    /// <param name="model">Maps [B, ...] to scores [B, K].</param>
    /// <param name="inputs">[B, ...], in the data's range.</param>
    /// <param name="labels">[B], int64.</param>
    /// <param name="loss">What is raised.</param>
    /// <param name="start">[B, ...], in the ball.</param>
    /// <param name="cancellation">Stops between steps.</param>
    /// <exception cref="ArgumentException">An input lies outside the data's range by more than 1e-6, or lengths differ.</exception>
    public AttackResult RunFrom(Model model, Tensor inputs, Tensor labels, AttackLoss loss, Tensor start, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(start);
        var once = new Pgd(Threat) { Steps = Steps, StepSize = StepSize };
        return once.Run(model, inputs, labels, loss, (_, _, _) => start.detach().clone(), cancellation);
    }

    private AttackResult Run(
        Model model, Tensor inputs, Tensor labels, AttackLoss loss, Func<Tensor, long[], int, Tensor> startOf, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(inputs);
        ArgumentNullException.ThrowIfNull(labels);
        ArgumentNullException.ThrowIfNull(loss);
        Guard.SameLength((int)inputs.shape[0], (int)labels.shape[0], nameof(inputs), nameof(labels));
        Threat.CheckInRange(inputs);
        using var mode = ModelMode.Evaluation(model);
        using var scope = NewDisposeScope();
        var found = new AttackRecord(inputs.detach());
        Tensor? last = null, trace = null;
        for (var restart = 0; restart < Restarts; restart++)
        {
            using var round = NewDisposeScope();
            var samples = restart == 0 || RestartPolicy == RestartPolicy.Every ? [.. Enumerable.Range(0, (int)labels.shape[0]).Select(i => (long)i)] : found.Unbroken();
            if (samples.Length == 0)
                break;
            var rows = tensor(samples, int64, labels.device);
            var (center, own, chosen) = (found.Inputs.index_select(0, rows), labels.index_select(0, rows), loss.Select(rows));
            var point = startOf(center, samples, restart);
            var losses = new List<Tensor>(Steps + 1);
            for (var step = 0; ; step++)
            {
                cancellation.ThrowIfCancellationRequested();
                using var inner = NewDisposeScope();
                var (scores, values, gradient) = Slope(model, point, own, chosen);
                found.Note(rows, point, values, scores.argmax(1) != own);
                losses.Add(values.MoveToOuterDisposeScope());
                if (step == Steps)
                    break;
                var before = point;
                point = Step(point, gradient, center).MoveToOuterDisposeScope();
                before.Dispose();
            }
            if (restart > 0)
                continue;
            (last, trace) = (point.MoveToOuterDisposeScope(), stack(losses, 0).MoveToOuterDisposeScope());
        }
        return found.Result(last!, trace!);
    }

    private static (Tensor Scores, Tensor Losses, Tensor Gradient) Slope(Model model, Tensor point, Tensor labels, AttackLoss loss)
    {
        using var gradients = enable_grad();
        var leaf = point.detach().requires_grad_();
        var scores = model.call(leaf);
        var losses = loss.PerSample(scores, labels);
        // The sum, not the mean: samples do not interact, and lengths keep their meaning in L2.
        var gradient = autograd.grad([losses.sum()], [leaf])[0];
        return (scores.detach(), losses.detach(), gradient);
    }

    private Tensor Step(Tensor point, Tensor gradient, Tensor center)
    {
        using var frozen = no_grad();
        return Threat.Project(point + Threat.Direction(gradient).Times(StepSize), center);
    }

    private Tensor StartingPoint(Tensor center, AttackKeys keys, int restart)
    {
        if (Start == AscentStart.Sample)
            return center.clone();
        var width = (int)(center.numel() / Math.Max(1, center.shape[0]));
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        Tensor Drawn(float[] values, params long[] shape) => tensor(values).to(center.dtype, center.device).reshape(shape);
        var change = (Start, Threat.Norm) switch
        {
            (AscentStart.NearSample, _) => Drawn(keys.Gaussians(restart, width), center.shape).Times(0.001),
            (_, PerturbationNorm.LInfinity) => Drawn(keys.Uniforms(restart, width), center.shape).Times(Threat.Epsilon),
            _ => UniformInL2Ball(),
        };
        // Near the sample the range is kept too; a draw beyond the ball is pulled back by the first step's projection.
        return Threat.Clamp(center + change).MoveToOuterDisposeScope();

        // A uniform direction at a distance of epsilon U^(1/d).
        Tensor UniformInL2Ball()
        {
            var direction = Drawn(keys.Gaussians(restart, width), -1, width);
            var radius = Drawn(keys.Radii(restart), -1, 1).pow(1.0 / width).Times(Threat.Epsilon);
            return (radius * direction / direction.norm(1, keepdim: true).Plus(1e-12)).reshape(center.shape);
        }
    }
}
