using Ballast.Core;
using Ballast.Learning.Adversarial;
using Ballast.Learning.LongTail;
using Ballast.Learning.Objectives;
using Ballast.Learning.Tabular;
using Ballast.Learning.Training;

namespace Ballast.Cli.Commands.Networks;

/// <summary>Training against perturbations of at most ε, as <c>train --method</c> names it.</summary>
/// <param name="Text">What the user wrote.</param>
/// <param name="Epsilon">ε.</param>
/// <param name="Make">Makes the objective.</param>
internal sealed record RobustTraining(string Text, double Epsilon, Func<RobustTask, Objective> Make)
{
    /// <summary>Largest norm of the gradient in certified training, as in its papers.</summary>
    public const double CertifiedClip = 10;

    private static readonly ChoiceOption Steps = new("steps", 10, "of the attack on each batch, a quarter of eps each");

    /// <summary>All of them.</summary>
    public static ChoiceSet<Func<RobustTask, Objective>> Known { get; } = new("method",
    [
        new("pgd", "Adversarial training: the loss at the points that an attack finds.", [Steps], options => AdversarialTraining(options)),
        new("srat", "Adversarial training with late class weights and a loss that draws classes apart.",
            [Steps, new("lambda", 0.2, "weight of the separation"), new("temperature", 0.5, "of the separation"), new("beta", 0.9999, "of the effective number of samples"), new("start", null, "first epoch with weights; 80% of training where not given")],
            options => Srat(options)),
        .. CertifiedChoices.All,
    ]);

    /// <summary>Whether it is judged by certificates: then the last weights are kept, since those before the full ε look best on clean samples.</summary>
    public bool IsCertified { get; } = CertifiedChoices.Names.Contains(Text.Split(':')[0].Trim(), StringComparer.OrdinalIgnoreCase);

    /// <summary>Whether a text names one of them.</summary>
    public static bool Is(string method) => Known.Names.Contains(method.Split(':')[0].Trim(), StringComparer.OrdinalIgnoreCase);

    /// <summary>The training of a text.</summary>
    /// <exception cref="ArgumentException">An option is not known, or ε is missing, negative, or no number.</exception>
    public static RobustTraining Parse(string method, double? epsilon) => epsilon is { } given
        ? new RobustTraining(method, Guard.NotNegative(given, "--eps"), Known.Parse(method))
        : throw new ArgumentException($"--method {method} needs --eps, the largest change to train against.");

    /// <summary>The objective of a table's network: numeric columns move within their range in the training rows, everything else stays.</summary>
    public Objective ForTable(ClassificationLoss loss, Dataset rows, NetworkEncoding encoding, int epochs, int seed)
    {
        var movable = encoding.Design.Numerics.Count;
        if (movable == 0)
            throw new ArgumentException($"--method {Text} moves numeric columns, and the table has none.");
        var (low, high) = (rows.Row(0).ToArray(), rows.Row(0).ToArray());
        for (var i = 1; i < rows.Count; i++)
            for (var j = 0; j < rows.Width; j++)
                (low[j], high[j]) = (Math.Min(low[j], rows.Row(i)[j]), Math.Max(high[j], rows.Row(i)[j]));
        var limits = new FeatureLimits(low, high, [.. Enumerable.Range(0, rows.Width).Select(j => j >= movable)]);
        return Make(new RobustTask(loss, rows.ClassCounts(), Epsilon, null, limits, epochs, seed));
    }

    private static Func<RobustTask, Objective> AdversarialTraining(ChoiceValues options)
    {
        var steps = Guard.Positive(options.Whole("steps"), "steps");
        return task => new AdversarialTraining(Ascent(task, steps), task.Loss, seed: task.Seed) { Normalization = task.Normalization };
    }

    private static Func<RobustTask, Objective> Srat(ChoiceValues options)
    {
        var (steps, lambda, beta) = (Guard.Positive(options.Whole("steps"), "steps"), Guard.NotNegative(options["lambda"], "lambda"), options["beta"]);
        var (separation, start) = (new SeparationLoss(options["temperature"]), options.Open("start") is null ? (int?)null : Guard.NotNegative(options.Whole("start"), "start"));
        // Of rows that stand for any, to learn of what is wrong before anything is read.
        ClassWeights.EffectiveNumber([1, 1], beta);
        return task => new SratObjective(
            Ascent(task, steps), new DeferredReweighting(task.Loss, ClassWeights.EffectiveNumber([.. task.Counts], beta), start, WeightReduction.BatchMean), separation, lambda, task.Seed)
        { Normalization = task.Normalization };
    }

    private static Pgd Ascent(RobustTask task, int steps) => new(task.Threat) { Steps = steps, StepSize = task.Epsilon / 4 };
}
