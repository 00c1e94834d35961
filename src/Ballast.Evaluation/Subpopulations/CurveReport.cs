namespace Ballast.Evaluation.Subpopulations;

/// <summary>How minority accuracy (z) goes with majority accuracy (x) over many models.</summary>
public sealed record CurveReport
{
    /// <summary>Axes of the fits.</summary>
    public required AccuracyAxes Axes { get; init; }

    /// <summary>Models fitted.</summary>
    public required int Used { get; init; }

    /// <summary>Models left out of the fits because their majority accuracy is near chance.</summary>
    public required int LeftOut { get; init; }

    /// <summary>Line or curve, judged on identity axes.</summary>
    public required CurveVerdict Verdict { get; init; }

    /// <summary>The verdict as a sentence, or why there is no fit.</summary>
    public required string Sentence { get; init; }

    /// <summary>The fits; null where x takes fewer than four different values.</summary>
    public CurveFit? Fit { get; init; }
}
