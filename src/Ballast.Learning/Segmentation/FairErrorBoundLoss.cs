using Ballast.Core;
using static TorchSharp.torch;

namespace Ballast.Learning.Segmentation;

/// <summary>Fair error-bound scaling: cross-entropy and soft Dice in which groups that lag weigh more.</summary>
/// <remarks>
/// Source: Tian et al., "FairSeg", ICLR 2024. Loss scaling: u_g is a running mean of group g's Dice loss (an estimate of its error, no proven bound), w_g = (u_g / max u)^gamma over
/// the groups seen so far; loss = (1 - w) sum of w_{a_i} CE_i / sum of w_{a_i} + w sum of w_g Dice_g / sum of w_g over the groups present. Reference: Dice over the batch with
/// predictions of group g scaled by tanh((min L / L_g)^gamma), the minimum over the groups present, where the published code takes it over all and so lets the gradient
/// vanish when one is absent. No weight carries a gradient: the model could else gain by hurting the best group.
/// </remarks>
public sealed class FairErrorBoundLoss : SegmentationLoss
{
    private const double SmallestLoss = 1e-12;

    private readonly double[] running, weights;

    /// <summary>Makes a loss.</summary>
    /// <param name="classes">Classes K with the background, at least 2.</param>
    /// <param name="groups">Groups G, at least 1.</param>
    /// <param name="gamma">Sharpness, at least 0.</param>
    /// <param name="diceWeight">w, 0 to 1.</param>
    /// <param name="mode">Which form.</param>
    /// <param name="momentum">Share of the running means that stays, in [0, 1); 0 looks at the batch alone.</param>
    /// <exception cref="ArgumentOutOfRangeException">A value lies outside.</exception>
    public FairErrorBoundLoss(int classes, int groups, double gamma = 1, double diceWeight = 0.5, FairErrorBoundMode mode = FairErrorBoundMode.LossScaling, double momentum = 0.9)
        : base(classes, diceWeight)
    {
        Groups = Guard.Positive(groups);
        Gamma = Guard.NotNegative(gamma);
        Momentum = momentum is >= 0 and < 1 ? momentum : throw new ArgumentOutOfRangeException(nameof(momentum), momentum, "The momentum must lie in [0, 1).");
        Mode = mode;
        (running, weights) = (new double[groups], new double[groups]);
        Array.Fill(running, double.NaN);
        Array.Fill(weights, double.NaN);
    }

    /// <summary>Groups G.</summary>
    public int Groups { get; }

    /// <summary>Sharpness.</summary>
    public double Gamma { get; }

    /// <summary>Which form.</summary>
    public FairErrorBoundMode Mode { get; }

    /// <summary>Share of the running means that stays.</summary>
    public double Momentum { get; }

    /// <summary>Sharpness of <see cref="FairErrorBoundMode.GroupDro"/>.</summary>
    public double Eta { get; init; } = 2;

    /// <summary>In <see cref="FairErrorBoundMode.Reference"/>, whether scales are divided by tanh(1), so that the best group's predictions stay as they are.</summary>
    public bool NormalizeBest { get; init; }

    /// <summary>[G] the last weights (or, in reference mode, scales); NaN for groups not seen.</summary>
    public IReadOnlyList<double> GroupWeights => [.. weights];

    /// <summary>[G] estimates of the groups' errors: running means of their Dice losses, or the last batch's in reference mode (sums over classes); NaN for groups not seen.</summary>
    public IReadOnlyList<double> GroupLosses => [.. running];

    /// <inheritdoc/>
    protected override Tensor Of(Tensor logits, Tensor masks, Tensor truth, IReadOnlyList<int> groups)
    {
        if (groups.FirstOrDefault(g => g < 0 || g >= Groups, -1) is var wrong && groups.Any(g => g < 0 || g >= Groups))
            throw new ArgumentException($"A group is {wrong}; expected 0..{Groups - 1}.", nameof(groups));
        int[] present = [.. groups.Distinct().Order()];
        var probabilities = logits.softmax(1);                                                           // P, [B, K, H, W]
        var crossEntropy = CrossEntropyByImage(logits, masks);                                           // [B]
        if (Mode == FairErrorBoundMode.Reference)
        {
            Scale(present, probabilities, truth, groups);
            var scale = tensor(groups.Select(g => weights[g]).ToArray(), logits.dtype, logits.device).reshape(-1, 1, 1, 1);
            return (1 - DiceWeight) * crossEntropy.mean() + DiceWeight * DiceByClass(scale * probabilities, truth).mean();
        }
        Tensor[] dice = [.. present.Select(g => OfGroup(g, probabilities, truth, groups).mean())];
        Weigh(present, dice);
        var byImage = tensor(groups.Select(g => weights[g]).ToArray(), logits.dtype, logits.device);
        var fairDice = present.Zip(dice, (g, loss) => weights[g] * loss).Aggregate((a, b) => a + b) / present.Sum(g => weights[g]);
        return (1 - DiceWeight) * (byImage * crossEntropy).sum() / byImage.sum() + DiceWeight * fairDice;
    }

    /// <summary>Reference mode: s_g = tanh((min L / L_g)^gamma) over the groups present, L_g the sum of the classes' Dice losses.</summary>
    private void Scale(int[] present, Tensor probabilities, Tensor truth, IReadOnlyList<int> groups)
    {
        Array.Fill(running, double.NaN);
        Array.Fill(weights, double.NaN);
        foreach (var g in present)
            running[g] = Math.Max(SmallestLoss, Number(OfGroup(g, probabilities, truth, groups).sum()));
        var least = present.Min(g => running[g]);
        foreach (var g in present)
            weights[g] = Math.Tanh(Math.Pow(least / running[g], Gamma)) / (NormalizeBest ? Math.Tanh(1) : 1);
    }

    /// <summary>Updates the running means with this batch, then the weights of all groups seen.</summary>
    private void Weigh(int[] present, Tensor[] dice)
    {
        foreach (var (g, loss) in present.Zip(dice))
            running[g] = double.IsNaN(running[g]) ? Number(loss) : Momentum * running[g] + (1 - Momentum) * Number(loss);
        int[] seen = [.. Enumerable.Range(0, Groups).Where(g => !double.IsNaN(running[g]))];
        var most = Math.Max(SmallestLoss, seen.Max(g => running[g]));
        foreach (var g in seen)
            weights[g] = Mode == FairErrorBoundMode.GroupDro ? Math.Exp(Eta * (running[g] - most)) : Math.Pow(Math.Max(SmallestLoss, running[g]) / most, Gamma);
        if (Mode == FairErrorBoundMode.GroupDro)
        {
            var total = seen.Sum(g => weights[g]);
            foreach (var g in seen)
                weights[g] /= total;
        }
    }

    /// <summary>[K] Dice losses over one group's images.</summary>
    private static Tensor OfGroup(int group, Tensor probabilities, Tensor truth, IReadOnlyList<int> groups)
    {
        var rows = tensor(groups.Index().Where(g => g.Item == group).Select(g => (long)g.Index).ToArray(), device: probabilities.device);
        return DiceByClass(probabilities.index_select(0, rows), truth.index_select(0, rows));
    }

    private static double Number(Tensor value) => value.detach().to(float64).item<double>();
}
