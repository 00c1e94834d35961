namespace Ballast.Generalization.Collapse;

/// <summary>The data term of the unconstrained-features problem.</summary>
public enum CollapseLoss
{
    /// <summary>1/(2N) times the squared distance from the one-hot labels.</summary>
    MeanSquaredError,

    /// <summary>Cross-entropy of softmax, mean over samples.</summary>
    CrossEntropy,
}
