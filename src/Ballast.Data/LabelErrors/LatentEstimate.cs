namespace Ballast.Data.LabelErrors;

/// <summary>What the confident joint says of the hidden true labels; an estimate.</summary>
/// <param name="Prior">P(true = k), K values that sum to 1.</param>
/// <param name="NoiseMatrix">P(given = s | true = y) at [s, y]; columns sum to 1.</param>
/// <param name="InverseNoiseMatrix">P(true = y | given = s) at [y, s]; columns sum to 1.</param>
public sealed record LatentEstimate(double[] Prior, double[,] NoiseMatrix, double[,] InverseNoiseMatrix);
