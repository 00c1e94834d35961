namespace Ballast.Reproductions;

/// <summary>Every reproduction, ordered by slug; a new one adds its line here.</summary>
public static class ReproductionRegistry
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<IReproduction> All { get; } =
    [
        new AccuracyDisparityReproduction(),
        new AccuracyOnCurveReproduction(),
        new BandlimitedFeaturesReproduction(),
        new CertifiedTrainingReproduction(),
        new CompSumLossesReproduction(),
        new ConRReproduction(),
        new FairErrorBoundReproduction(),
        new FairnessPidReproduction(),
        new HCalibrationReproduction(),
        new IbpTightnessReproduction(),
        new ImbalancedMetricsReproduction(),
        new LabelErrorsReproduction(),
        new LadderReproduction(),
        new LongTailBaselinesReproduction(),
        new NeuralCollapseReproduction(),
        new SmoteReproduction(),
        new SoftErrorsReproduction(),
        new SratReproduction(),
        new ThresholdConsistencyReproduction(),
    ];
}
