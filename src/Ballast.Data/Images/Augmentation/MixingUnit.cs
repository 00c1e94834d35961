namespace Ballast.Data.Images.Augmentation;

/// <summary>Whether a batch is mixed in one share or each row in its own.</summary>
public enum MixingUnit
{
    /// <summary>One share, and for CutMix one box, for the whole batch, as the papers' code does.</summary>
    Batch,

    /// <summary>A share and a box for each row.</summary>
    Row,
}
