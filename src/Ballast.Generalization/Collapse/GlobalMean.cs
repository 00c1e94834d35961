namespace Ballast.Generalization.Collapse;

/// <summary>What class means are centred by.</summary>
public enum GlobalMean
{
    /// <summary>The mean over all samples, as the reference code takes it.</summary>
    Samples,

    /// <summary>The mean of the class means; with unequal classes it differs.</summary>
    Classes,
}
