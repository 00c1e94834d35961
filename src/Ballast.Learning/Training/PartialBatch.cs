namespace Ballast.Learning.Training;

/// <summary>What becomes of the last samples of an epoch where they do not fill a batch.</summary>
public enum PartialBatch
{
    /// <summary>They make a smaller batch.</summary>
    Keep,

    /// <summary>They are left out of this epoch.</summary>
    Drop,
}
