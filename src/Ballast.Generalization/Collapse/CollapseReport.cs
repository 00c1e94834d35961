namespace Ballast.Generalization.Collapse;

/// <summary>How far a last layer has collapsed and how near it is to a geometry. What has no value is null.</summary>
/// <param name="Nc1">trace(Sigma_W pinv(Sigma_B)) / K: spread within classes against spread between them; 0 when collapsed. Null where all class means are equal.</param>
/// <param name="Nc2">Distance of W W^T from the target, both scaled to unit Frobenius norm, in [0, 2]. Null where one of them is 0.</param>
/// <param name="Nc2H">The same for the Gram matrix of the class means.</param>
/// <param name="Nc3">The same for W times the class means.</param>
/// <param name="Nc4">Share of samples that the classifier and the nearest class mean put in the same class.</param>
/// <param name="Alignment">K cosines of row w_k and class mean h_k; null where one of them is 0.</param>
/// <param name="ClassifierNorm">K lengths of the rows w_k.</param>
/// <param name="FeatureNorm">K lengths of the class means h_k.</param>
public sealed record CollapseReport(
    double? Nc1, double? Nc2, double? Nc2H, double? Nc3, double Nc4, IReadOnlyList<double?> Alignment, IReadOnlyList<double> ClassifierNorm,
    IReadOnlyList<double> FeatureNorm);
