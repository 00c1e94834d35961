namespace Ballast.Generalization.Collapse;

/// <summary>The simplex equiangular tight frame that balanced classes with a free bias, or cross-entropy, end in.</summary>
/// <param name="Collapsed">Whether all vectors are 0 at the optimum.</param>
/// <param name="Margin">g in A h_k = g (e_k - 1/K): the own score minus any other.</param>
/// <param name="ClassifierScale">W_M W_M^T = this times (I - 11^T/K).</param>
/// <param name="FeatureScale">Gram matrix of the class means = this times (I - 11^T/K).</param>
/// <param name="Bias">The bias of every class; null where it may be any constant (cross-entropy).</param>
/// <param name="OptimalLoss">The global minimum.</param>
public sealed record EtfPrediction(bool Collapsed, double Margin, double ClassifierScale, double FeatureScale, double? Bias, double OptimalLoss);
