namespace Ballast.Generalization.Collapse;

/// <summary>What the last layer holds of one class at the global optimum.</summary>
/// <param name="Count">Samples n_k.</param>
/// <param name="Pressure">b_k: weight decay against the class's samples; the class collapses from the threshold on.</param>
/// <param name="Fate">What becomes of its vectors.</param>
/// <param name="Mode">x_k, the scaled squared singular value; 0 where the class collapses, null where undetermined.</param>
/// <param name="ClassifierSquaredNorm">||w_k||^2, squared length of row k of the last layer; null where undetermined.</param>
/// <param name="FeatureSquaredNorm">||h_k||^2, squared length of the class mean that enters the first linear layer; null where undetermined.</param>
/// <param name="DiagonalLogit">(A h_k)_k in [0, 1), the class's own score; its other scores are 0. Null where undetermined.</param>
public sealed record ClassPrediction(
    int Count, double Pressure, ClassFate Fate, double? Mode, double? ClassifierSquaredNorm, double? FeatureSquaredNorm, double? DiagonalLogit)
{
    /// <summary>Whether the classifier vector is predicted to be 0.</summary>
    public bool Collapsed => Fate is ClassFate.AtThreshold or ClassFate.Collapsed or ClassFate.BeyondWidth;
}
