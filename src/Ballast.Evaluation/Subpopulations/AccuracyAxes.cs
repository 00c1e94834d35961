namespace Ballast.Evaluation.Subpopulations;

/// <summary>How accuracies are laid out before a line or curve is fitted.</summary>
public enum AccuracyAxes
{
    /// <summary>As they are.</summary>
    Identity,

    /// <summary>The normal quantile of the accuracy, clipped half an answer away from 0 and 1: where "accuracy on the line" finds lines.</summary>
    Probit,

    /// <summary>ln(p / (1 - p)), clipped as for probit.</summary>
    Logit,
}
