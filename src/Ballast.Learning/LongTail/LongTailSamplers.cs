using Ballast.Learning.Training.Sampling;

namespace Ballast.Learning.LongTail;

/// <summary>The samplers that a user picks by name.</summary>
public static class LongTailSamplers
{
    /// <summary>All of them.</summary>
    public static ChoiceSet<Sampler> Known { get; } = new("sampler",
        new("instance", "Every sample once an epoch.", [], _ => new InstanceSampler()),
        new("class-balanced", "Every class as often.", [], _ => new ClassBalancedSampler()),
        new("sqrt", "Classes by the square root of their counts.", [], _ => new SquareRootSampler()),
        new("progressive", "From the classes' own shares to equal ones over training.", [], _ => new ProgressivelyBalancedSampler()),
        new("effective", "Samples weighted by the effective number of their class.", [new("beta", 0.9999, "in [0, 1)")], options => new EffectiveNumberSampler(options["beta"])));
}
