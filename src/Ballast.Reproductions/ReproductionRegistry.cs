namespace Ballast.Reproductions;

/// <summary>Every reproduction, ordered by slug; a new one adds its line here.</summary>
public static class ReproductionRegistry
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<IReproduction> All { get; } =
    [
        new AccuracyOnCurveReproduction(),
        new CompSumLossesReproduction(),
        new ConRReproduction(),
        new FairErrorBoundReproduction(),
        new FairnessPidReproduction(),
        new HCalibrationReproduction(),
        new ImbalancedMetricsReproduction(),
        new LabelErrorsReproduction(),
        new LadderReproduction(),
        new LongTailBaselinesReproduction(),
        new NeuralCollapseReproduction(),
        new SmoteReproduction(),
        new ThresholdConsistencyReproduction(),
    ];
}
