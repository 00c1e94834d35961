namespace Ballast.Evaluation.Fairness;

/// <summary>What may be chosen on the way to a fairer prediction.</summary>
public enum FrontierKind
{
    /// <summary>Any rate of each prediction in each cell (group, client, label): a limit that no training can pass on this population.</summary>
    AnyPredictor,

    /// <summary>A new prediction drawn by a rate that depends on the group, the client and the given predictor's answer: what its operating points reach.</summary>
    PostProcessing,
}
