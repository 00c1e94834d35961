using Ballast.Core;
using static TorchSharp.torch;
using Model = TorchSharp.torch.nn.Module<TorchSharp.torch.Tensor, TorchSharp.torch.Tensor>;

namespace Ballast.Learning.Adversarial;

/// <summary>A search for the point of greatest loss that a threat model allows, from one start or several.</summary>
/// <remarks>
/// The model is in evaluation mode meanwhile and gets its modes back; its parameters' gradients are neither computed nor accumulated. The gradient is that of the sum of the batch's losses, so
/// samples do not interact. Random starts follow <see cref="AttackKeys"/>: results do not depend on how samples are batched, beyond rounding.
/// </remarks>
/// <param name="threat">What the attacker may do.</param>
public abstract class Attack(ThreatModel threat)
{
    /// <summary>What the attacker may do.</summary>
    public ThreatModel Threat { get; } = threat ?? throw new ArgumentNullException(nameof(threat));

    /// <summary>Ascents from starts of their own, at least 1.</summary>
    public int Restarts { get; init => field = Guard.Positive(value); } = 1;

    /// <summary>Which samples further ascents take up.</summary>
    public RestartPolicy RestartPolicy { get; init; } = RestartPolicy.Unbroken;

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
        return Run(model, inputs, labels, loss, (center, samples, restart) => StartingPoint(center, keys.Select(samples), restart), Restarts, cancellation);
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
        return Run(model, inputs, labels, loss, (_, _, _) => start.detach().clone(), restarts: 1, cancellation);
    }

    /// <summary>Which of the misclassified iterates is handed back.</summary>
    private protected abstract BrokenIterate Broken { get; }

    /// <summary>Where the ascent number <paramref name="restart"/> begins.</summary>
    private protected abstract Tensor StartingPoint(Tensor center, AttackKeys keys, int restart);

    /// <summary>One ascent from <paramref name="start"/>.</summary>
    /// <returns>[B, ...] the last iterate and [T + 1, B] the losses of all; they belong to the scope of the call.</returns>
    private protected abstract (Tensor Last, Tensor Trace) Climb(AttackTask task, Tensor start);

    /// <summary>[B, d] draws as a tensor like <paramref name="center"/>.</summary>
    private protected static Tensor Drawn(float[] values, Tensor center, params long[] shape) => tensor(values).to(center.dtype, center.device).reshape(shape);

    private AttackResult Run(
        Model model, Tensor inputs, Tensor labels, AttackLoss loss, Func<Tensor, long[], int, Tensor> startOf, int restarts, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(inputs);
        ArgumentNullException.ThrowIfNull(labels);
        ArgumentNullException.ThrowIfNull(loss);
        Guard.SameLength((int)inputs.shape[0], (int)labels.shape[0], nameof(inputs), nameof(labels));
        Threat.Check(inputs);
        using var mode = ModelMode.Evaluation(model);
        using var scope = NewDisposeScope();
        var found = new AttackRecord(inputs.detach(), Broken);
        Tensor? last = null, trace = null;
        for (var restart = 0; restart < restarts; restart++)
        {
            using var round = NewDisposeScope();
            var samples = restart == 0 || RestartPolicy == RestartPolicy.Every ? [.. Enumerable.Range(0, (int)labels.shape[0]).Select(i => (long)i)] : found.Unbroken();
            if (samples.Length == 0)
                break;
            var rows = tensor(samples, int64, labels.device);
            var task = new AttackTask(model, found.Inputs.index_select(0, rows), labels.index_select(0, rows), loss.Select(rows), found, rows, cancellation);
            var ended = Climb(task, startOf(task.Center, samples, restart));
            if (restart == 0)
                (last, trace) = (ended.Last.MoveToOuterDisposeScope(), ended.Trace.MoveToOuterDisposeScope());
        }
        return found.Result(last ?? found.Inputs.clone(), trace ?? zeros(0, 0, inputs.dtype));
    }
}
