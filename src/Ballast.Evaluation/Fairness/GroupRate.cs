namespace Ballast.Evaluation.Fairness;

/// <summary>A share of a group's rows.</summary>
public enum GroupRate
{
    /// <summary>Rows decided as positive, among all.</summary>
    Selection,

    /// <summary>Rows decided as positive, among the truly positive (recall).</summary>
    TruePositive,

    /// <summary>Rows decided as positive, among the truly negative.</summary>
    FalsePositive,

    /// <summary>Truly positive rows, among those decided as positive.</summary>
    Precision,

    /// <summary>Rows decided rightly, among all.</summary>
    Accuracy,
}
