using Ballast.Learning.Adversarial;
using Ballast.Learning.Networks;
using Ballast.Learning.Training;
using static TorchSharp.torch;
using Model = TorchSharp.torch.nn.Module<TorchSharp.torch.Tensor, TorchSharp.torch.Tensor>;

namespace Ballast.Learning.Objectives.CompSum;

/// <summary>The smooth adversarial comp-sum loss (ADV-COMP-SUM): Phi_tau(sum of exp(-Delta / rho)) + nu sup ||Delta(x') - Delta(x)||.</summary>
/// <remarks>
/// Source: Mao, Mohri and Zhong (ICML 2023), section 5. Delta(x, y) holds the differences z_y - z_y' over the other classes. With nu of at least
/// <see cref="CertificateNu"/> it bounds the adversarial 0-1 loss of every sample: a sample that some x' in the ball fools has a loss of at least Phi_tau(1).
/// The ascent raises the squared norm from x + 0.001 N(0, 1), because the norm itself has no gradient at x; outside it the gradient goes through both Deltas.
/// </remarks>
public sealed class SmoothAdversarialLoss : AdversarialObjective
{
    private readonly SmoothAdversarialOptions options;
    private readonly CompSumLoss loss;

    /// <summary>Makes the objective.</summary>
    /// <param name="options">Its settings.</param>
    public SmoothAdversarialLoss(SmoothAdversarialOptions options) : base(AscentOf(options), options.Seed) =>
        (this.options, loss) = (options, new CompSumLoss(options.Tau));

    /// <summary>The least nu at which the loss bounds the adversarial 0-1 loss: sqrt(n - 1) / rho.</summary>
    public static double CertificateNu(int classes, double rho) => Math.Sqrt(CompSumTransform.CheckClasses(classes) - 1) / Core.Guard.Positive(rho);

    /// <summary>The first term: Phi_tau(sum over the others of exp(-Delta / rho)), which is the comp-sum loss of scores / rho.</summary>
    /// <param name="scores">[B, K] at the untouched samples.</param>
    /// <param name="labels">[B], int64.</param>
    /// <returns>[B].</returns>
    public Tensor Base(Tensor scores, Tensor labels) => loss.PerSample(scores.Over(options.Rho), labels);

    /// <summary>||Delta(x', y) - Delta(x, y)||, with 1e-12 under the root so that it has a gradient at 0.</summary>
    /// <param name="moved">[B, K] scores at x'.</param>
    /// <param name="scores">[B, K] scores at x.</param>
    /// <param name="labels">[B], int64.</param>
    /// <returns>[B].</returns>
    public static Tensor Shift(Tensor moved, Tensor scores, Tensor labels) => AttackLoss.SquaredShift(moved, scores, labels).Plus(1e-12).sqrt();

    /// <summary>The loss of every sample with the supremum estimated from below by many ascents: for evaluation, not for training.</summary>
    /// <param name="model">Maps [B, ...] to scores [B, K].</param>
    /// <param name="inputs">[B, ...].</param>
    /// <param name="labels">[B], int64.</param>
    /// <param name="restarts">Ascents from uniform starts, at least 1.</param>
    /// <param name="cancellation">Stops between steps.</param>
    /// <returns>[B] the first term and [B] the largest shift found.</returns>
    public (Tensor Base, Tensor Shift) Evaluate(Model model, Tensor inputs, Tensor labels, int restarts = 10, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(inputs);
        using var scope = NewDisposeScope();
        using var mode = ModelMode.Evaluation(model);
        using var frozen = no_grad();
        var scores = model.call(inputs);
        var search = new Pgd(Attack.Threat) { Steps = Attack.Steps, StepSize = Attack.StepSize, Restarts = restarts, RestartPolicy = RestartPolicy.Every };
        var found = search.Run(model, inputs, labels, AttackLoss.ScoreShiftFrom(scores), AttackKeys.Range(options.Seed, (int)inputs.shape[0]), cancellation);
        return (Base(scores, labels).MoveToOuterDisposeScope(), found.BestLoss.sqrt().MoveToOuterDisposeScope());
    }

    /// <inheritdoc/>
    protected override string Settings => $"smooth adversarial comp-sum, {options}";

    /// <inheritdoc/>
    protected override Tensor Loss(Network network, Batch batch, Tensor labels)
    {
        var moved = Moved(network, batch, labels, AttackLoss.ScoreShiftFrom(FrozenScores(network, batch.Inputs)));
        var scores = network.call(batch.Inputs);                                             // [B, K]
        var losses = Base(scores, labels) + Shift(network.call(moved), scores, labels).Times(options.Nu);
        return Mean(losses, batch.Weights);
    }

    private static Pgd AscentOf(SmoothAdversarialOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var threat = new ThreatModel(PerturbationNorm.LInfinity, options.Epsilon) { Minimum = options.Minimum, Maximum = options.Maximum };
        return new Pgd(threat) { Steps = options.Steps, StepSize = options.StepSize ?? options.Epsilon / 4, Start = AscentStart.NearSample };
    }
}
