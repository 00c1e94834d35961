namespace Ballast.Generalization.RandomFeatures;

/// <summary>What is wrong with a range of weights.</summary>
public enum BandwidthWarning
{
    /// <summary>The range is too small for the target: more units will not help.</summary>
    UnderBandlimited,

    /// <summary>The range is too large for the units there are: training rows are fitted, others are not.</summary>
    OverBandlimited,

    /// <summary>With ReLU and biases scaled like weights the range does not matter; none can be chosen.</summary>
    RangeWithoutEffect,
}
