namespace Ballast.Learning.Objectives;

/// <summary>What a weighted sum of losses is divided by.</summary>
public enum WeightReduction
{
    /// <summary>The number of samples B.</summary>
    BatchMean,

    /// <summary>The sum of the weights, as torch's weighted cross-entropy does; batches of different composition then weigh differently.</summary>
    WeightedMean,
}
