using Ballast.Learning.Objectives;
using Ballast.Learning.Objectives.CompSum;

namespace Ballast.Learning.LongTail;

/// <summary>The losses that a user picks by name.</summary>
public static class LongTailLosses
{
    private static readonly ChoiceOption Beta = new("beta", 0.9999, "of the effective number of samples, in [0, 1)");
    private static readonly ChoiceOption Divisor = new("batch-mean", 0, "1 divides by the number of samples, 0 by the sum of their weights as torch does");
    private static readonly ChoiceOption Scale = new("scale", 1, "of the scores: 1 for a linear head, 30 for a cosine head");
    private static readonly ChoiceOption Margin = new("margin", 0.5, "of the rarest class");

    /// <summary>All of them; <c>LongTailLosses.Known.Parse("focal:gamma=2")(counts)</c> makes one.</summary>
    public static ChoiceSet<LossFactory> Known { get; } = new("loss",
        new("ce", "Cross-entropy.", [], _ => _ => new CrossEntropyLoss()),
        new("balanced-softmax", "Cross-entropy of scores shifted by the logarithm of the class counts.", [], _ => counts => new BalancedSoftmaxLoss(counts)),
        new("logit-adjusted", "Balanced softmax with a strength.", [new("tau", 1, "strength, at least 0")], options => counts => new LogitAdjustedLoss(counts, options["tau"])),
        new("cb", "Cross-entropy weighted by the effective number of samples of each class.", [Beta, Divisor],
            options => counts => WeightedCrossEntropy.ClassBalanced(counts, options["beta"], Reduction(options))),
        new("inverse-frequency", "Cross-entropy weighted by a power of 1 / class count.", [new("power", 1, "at least 0"), Divisor],
            options => counts => new WeightedCrossEntropy(Tabular.ClassWeights.InverseFrequency(counts, options["power"]), Reduction(options))),
        new("focal", "Focal loss: easy samples count less.", [new("gamma", 1, "at least 0"), new("beta", null, "where given, class weights by the effective number")],
            options => counts => new FocalLoss(options["gamma"], options.Open("beta") is { } beta ? Tabular.ClassWeights.EffectiveNumber(counts, beta) : null)),
        new("comp-sum", "The comp-sum family: above tau = 1 it forgives wrong labels.", [new("tau", 1, "0 sum-exponential, 1 cross-entropy, 1.7 for noisy labels, 2 mean absolute error")],
            options => _ => new CompSumLoss(options["tau"])),
        new("ldam", "Larger margins for rarer classes.", [Scale, Margin], options => counts => new LdamLoss(counts, options["scale"], options["margin"])),
        new("ldam-drw", "Larger margins, and class weights towards the end of training.", [Scale, Margin, Beta, new("start", null, "first epoch with weights; 80% of training where not given")],
            options => counts => DeferredReweighting.Ldam(
                counts, options["scale"], options["margin"], options["beta"], options.Open("start") is null ? null : options.Whole("start"))));

    private static WeightReduction Reduction(ChoiceValues options) => options["batch-mean"] == 0 ? WeightReduction.WeightedMean : WeightReduction.BatchMean;
}
