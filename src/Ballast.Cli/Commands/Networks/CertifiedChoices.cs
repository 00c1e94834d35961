using Ballast.Core;
using Ballast.Learning.LongTail;
using Ballast.Learning.Objectives;
using Ballast.Learning.Training;
using Ballast.Robustness.Certified;

namespace Ballast.Cli.Commands.Networks;

/// <summary>The trainings for certificates among those that <c>train --method</c> names.</summary>
internal static class CertifiedChoices
{
    // The longest ramp of the papers' short schedules: a share of the epochs.
    private const double UsualRamp = 0.4;

    private static readonly ChoiceOption Start = new("start", 2, "epoch, from 1, in which eps begins to grow"), Length = new("length", null, "epochs in which it grows; 40% of training where not given");

    /// <summary>Their names.</summary>
    public static IReadOnlyList<string> Names { get; } = ["ibp", "crown-ibp", "fast-certified"];

    /// <summary>All of them.</summary>
    public static IReadOnlyList<Choice<Func<RobustTask, Objective>>> All { get; } =
    [
        new("ibp", "Certified training by intervals.", [Start, Length], options => Training(options, CertifiedBound.Ibp)),
        new("crown-ibp", "Certified training by linear bounds that give way to intervals.", [Start, Length], options => Training(options, CertifiedBound.CrownIbp)),
        new("fast-certified", "Intervals with first weights and regularisers that make a short warm-up do.",
            [Start, Length, new("lambda", 0.5, "weight of the regularisers at first"), new("tolerance", 0.5, "of the regularisers")], options => Training(options, CertifiedBound.Ibp, isFast: true)),
    ];

    private static Func<RobustTask, Objective> Training(ChoiceValues options, CertifiedBound bound, bool isFast = false)
    {
        var (start, length) = (Guard.Positive(options.Whole("start"), "start"), options.Open("length") is null ? (int?)null : Guard.NotNegative(options.Whole("length"), "length"));
        var regularizers = isFast ? new CertifiedRegularizers(options["tolerance"], options["lambda"]) : null;
        return task => task.Loss is not CrossEntropyLoss
            ? throw new ArgumentException("Certified training bounds the worst cross-entropy; --loss does not go with it.")
            : new CertifiedObjective(new CertifiedTrainingOptions
            {
                Epsilon = task.Epsilon,
                Bound = bound,
                Schedule = EpsilonSchedule.Smoothed(start, length ?? Math.Max(1, (int)(UsualRamp * task.Epochs))),
                Regularizers = regularizers,
                Normalization = task.Normalization,
                Minimum = task.Limits is null ? 0 : null,
                Maximum = task.Limits is null ? 1 : null,
                Limits = task.Limits,
                FirstWeights = isFast && task.Begins ? FirstWeights.Ibp : FirstWeights.Kept,
            });
    }
}
