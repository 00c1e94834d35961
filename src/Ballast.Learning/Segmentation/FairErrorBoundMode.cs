namespace Ballast.Learning.Segmentation;

/// <summary>How groups that lag are given weight.</summary>
public enum FairErrorBoundMode
{
    /// <summary>Groups' losses are weighted by running means of their Dice losses; Dice by group, so that a small group is not drowned by the pixels of a large one.</summary>
    LossScaling,

    /// <summary>The published code's form: predictions of groups with higher loss are scaled down inside the Dice term. Not neutral at gamma 0, and no reliable gain; for compatibility.</summary>
    Reference,

    /// <summary>As <see cref="LossScaling"/>, with the weights of group distributionally robust optimisation: softmax of eta times the running means.</summary>
    GroupDro,
}
