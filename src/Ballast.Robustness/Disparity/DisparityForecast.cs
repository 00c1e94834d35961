namespace Ballast.Robustness.Disparity;

/// <summary>What robustness costs each of two classes, in standard accuracy: an exact consequence of the model of the data, an estimate where that model is estimated.</summary>
/// <remarks>
/// "Standard" is the linear classifier sign(w·x + b) of least error, "robust" that of least worst-case error; both are judged without perturbation. A class's loss is
/// A^std - A^rob = <see cref="InherentEffect"/> + its imbalance effect, exactly.
/// </remarks>
public sealed record DisparityForecast
{
    /// <summary>[d] direction of the robust classifier: of Euclidean length 1 for Gaussians, of α-norm 1 for stable laws; zeros where there is none.</summary>
    public required IReadOnlyList<double> W { get; init; }

    /// <summary>b of the robust classifier for this <see cref="W"/>; +∞ where it always says "frequent".</summary>
    public required double Intercept { get; init; }

    /// <summary>β = b over the scale of w·x; +∞ where the robust classifier always says "frequent".</summary>
    public required double InterceptInUnitsOfScale { get; init; }

    /// <summary>m_nat: the standard margin of the robust direction, in units of scale.</summary>
    public required double NaturalMargin { get; init; }

    /// <summary>m_rob: the worst-case margin of the robust direction; 0 where no linear classifier is robust at this radius.</summary>
    public required double RobustMargin { get; init; }

    /// <summary>The margin of the standard direction.</summary>
    public required double StandardMargin { get; init; }

    /// <summary>Whether the robust classifier gives up the rare class and always says "frequent".</summary>
    public required bool Collapsed { get; init; }

    /// <summary>Whether the standard classifier does.</summary>
    public required bool StandardCollapsed { get; init; }

    /// <summary>Standard accuracy of the robust classifier on the frequent class.</summary>
    public required double AccuracyFrequent { get; init; }

    /// <summary>Standard accuracy of the robust classifier on the rare class.</summary>
    public required double AccuracyRare { get; init; }

    /// <summary>Standard accuracy of the standard classifier on the frequent class.</summary>
    public required double StandardAccuracyFrequent { get; init; }

    /// <summary>Standard accuracy of the standard classifier on the rare class.</summary>
    public required double StandardAccuracyRare { get; init; }

    /// <summary>Worst-case accuracy of the robust classifier on the frequent class.</summary>
    public required double RobustAccuracyFrequent { get; init; }

    /// <summary>Worst-case accuracy of the robust classifier on the rare class.</summary>
    public required double RobustAccuracyRare { get; init; }

    /// <summary>I: what either class loses where both are equally frequent; at least 0.</summary>
    public required double InherentEffect { get; init; }

    /// <summary>E of the frequent class: what it loses besides; mostly negative.</summary>
    public double ImbalanceEffectFrequent => StandardAccuracyFrequent - AccuracyFrequent - InherentEffect;

    /// <summary>E of the rare class: what it loses besides.</summary>
    public double ImbalanceEffectRare => StandardAccuracyRare - AccuracyRare - InherentEffect;

    /// <summary>D of the robust classifier: accuracy of the frequent class minus that of the rare one.</summary>
    public double Disparity => AccuracyFrequent - AccuracyRare;

    /// <summary>D of the standard classifier.</summary>
    public double StandardDisparity => StandardAccuracyFrequent - StandardAccuracyRare;

    /// <summary>How much more unequal the classes become by robustness.</summary>
    public double Gap => Disparity - StandardDisparity;
}
