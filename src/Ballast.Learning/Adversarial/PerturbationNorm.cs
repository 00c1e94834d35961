namespace Ballast.Learning.Adversarial;

/// <summary>How the size of a perturbation is measured.</summary>
public enum PerturbationNorm
{
    /// <summary>The largest change of any feature.</summary>
    LInfinity,

    /// <summary>The Euclidean length of the change.</summary>
    L2,
}
