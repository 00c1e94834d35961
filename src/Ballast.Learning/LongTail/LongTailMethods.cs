namespace Ballast.Learning.LongTail;

/// <summary>The methods of the last layer that a user picks by name.</summary>
public static class LongTailMethods
{
    private static readonly ChoiceOption[] Training =
        [new("epochs", 10, "epochs of the head, at least 1"), new("batch", 128, "samples a step"), new("rate", 1e-3, "learning rate of Adam")];

    /// <summary>All of them; <c>LongTailMethods.Known.Parse("crt").Run(network, train)</c> applies one.</summary>
    public static ChoiceSet<HeadMethod> Known { get; } = new("method",
        new("posthoc", "Scores lowered by tau log of the class shares.", [new("tau", 1, "strength, at least 0")], options => new PostHocAdjustedHead(options["tau"])),
        new("crt", "A fresh last layer trained on class-balanced draws.", Training, options => new ClassifierRetraining(options.Whole("epochs"), options.Whole("batch"), options["rate"])),
        new("lws", "One learnt scale a class for the last layer's rows.", Training, options => new LearnableWeightScaling(options.Whole("epochs"), options.Whole("batch"), options["rate"])),
        new("tau-norm", "The last layer's rows divided by their norm to the power tau.", [new("tau", null, "picked on validation rows where not given")], options => new TauNormalization(options.Open("tau"))),
        new("ncm", "The nearest class mean of the features.", [], _ => new NearestClassMean()));
}
