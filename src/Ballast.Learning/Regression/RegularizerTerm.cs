namespace Ballast.Learning.Regression;

/// <summary>A regulariser of features and how much it counts beside the base loss.</summary>
/// <param name="Regularizer">The regulariser.</param>
/// <param name="Weight">Its factor, such as ConR's beta; at least 0.</param>
public sealed record RegularizerTerm(FeatureRegularizer Regularizer, double Weight);
