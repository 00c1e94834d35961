namespace Ballast.Generalization.Collapse;

/// <summary>What becomes of a class's classifier vector and class mean at the global optimum.</summary>
public enum ClassFate
{
    /// <summary>Both are nonzero.</summary>
    Survives,

    /// <summary>The pressure equals the threshold: zero and nonzero vectors are equally good; figures are those of zero.</summary>
    AtThreshold,

    /// <summary>The pressure exceeds the threshold: both are exactly 0.</summary>
    Collapsed,

    /// <summary>The network is narrower than the number of classes and larger classes take all its directions: both are 0.</summary>
    BeyondWidth,

    /// <summary>Classes of equal size compete for the last directions of a narrow network: the optimum is not unique.</summary>
    Undetermined,
}
