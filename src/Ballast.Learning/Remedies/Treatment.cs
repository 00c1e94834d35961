namespace Ballast.Learning.Remedies;

/// <summary>What is done about suspected label errors before training.</summary>
public enum LabelTreatment
{
    /// <summary>Nothing.</summary>
    AsGiven,

    /// <summary>Suspects are left out of training.</summary>
    DropSuspects,

    /// <summary>Suspects get the label that the other rows suggest.</summary>
    RelabelSuspects,
}

/// <summary>What is done about rare classes.</summary>
public enum BalanceTreatment
{
    /// <summary>Nothing.</summary>
    AsIs,

    /// <summary>Rows weigh so that every class counts alike.</summary>
    ClassWeights,

    /// <summary>Rare classes grow to the largest by synthetic rows (SMOTE, SMOTE-NC or SMOTE-N, as the columns ask).</summary>
    Smote,

    /// <summary>Rows weigh by the effective number of samples of their class: more for rare classes, but not as much as <see cref="ClassWeights"/> where classes are large.</summary>
    ClassBalanced,

    /// <summary>Scores are adjusted by the logarithm of the class shares: in training for a network, at the decision for other learners.</summary>
    LogitAdjusted,

    /// <summary>The decision rule is tuned for macro F1 on inner out-of-fold predictions; training is untouched.</summary>
    TunedDecision,
}

/// <summary>A recipe from a training set to a model: what is done about labels, about rare classes, and about probabilities.</summary>
/// <param name="Labels">What is done about suspected label errors.</param>
/// <param name="Balance">What is done about rare classes.</param>
/// <param name="Recalibrate">Whether probabilities are mended on inner out-of-fold predictions.</param>
public sealed record Treatment(LabelTreatment Labels = LabelTreatment.AsGiven, BalanceTreatment Balance = BalanceTreatment.AsIs, bool Recalibrate = false)
{
    /// <summary>The table as it came.</summary>
    public static Treatment None { get; } = new();

    /// <summary>The recipe in words.</summary>
    public string Name
    {
        get
        {
            var parts = new List<string>();
            if (Labels != LabelTreatment.AsGiven)
                parts.Add(Labels == LabelTreatment.DropSuspects ? "drop suspected label errors" : "relabel suspected label errors");
            if (Balance != BalanceTreatment.AsIs)
                parts.Add(Balance switch
                {
                    BalanceTreatment.ClassWeights => "class weights",
                    BalanceTreatment.Smote => "SMOTE",
                    BalanceTreatment.ClassBalanced => "class-balanced training",
                    BalanceTreatment.LogitAdjusted => "logit adjustment",
                    _ => "threshold moving",
                });
            if (Recalibrate)
                parts.Add("recalibration");
            return parts.Count == 0 ? "nothing" : string.Join(" + ", parts);
        }
    }
}
