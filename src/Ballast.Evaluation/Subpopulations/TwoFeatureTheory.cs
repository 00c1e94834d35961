using Ballast.Core;
using MathNet.Numerics.Distributions;

namespace Ballast.Evaluation.Subpopulations;

/// <summary>Why the curve bends: accuracies of a linear rule on one core and one spurious feature, both Gaussian.</summary>
/// <remarks>
/// Prediction by the sign of w_c x_c + w_s x_s, x_c | y ~ N(mu_c y, sigma_c^2), x_s | a ~ N(mu_s a, sigma_s^2); the majority has a = y, the minority a = -y:
/// acc+- = Phi((w_c mu_c +- w_s mu_s) / s), s^2 = w_c^2 sigma_c^2 + w_s^2 sigma_s^2. As training takes up w_s first and w_c after, the pair walks along a convex arc.
/// </remarks>
/// <param name="muCore">mu_c.</param>
/// <param name="sigmaCore">sigma_c, above 0.</param>
/// <param name="muSpurious">mu_s.</param>
/// <param name="sigmaSpurious">sigma_s, above 0.</param>
public sealed class TwoFeatureTheory(double muCore, double sigmaCore, double muSpurious, double sigmaSpurious)
{
    private readonly double sigmaCore = Guard.Positive(sigmaCore), sigmaSpurious = Guard.Positive(sigmaSpurious);

    /// <summary>The accuracies along a path of weights.</summary>
    /// <param name="path">(w_c, w_s), not both 0.</param>
    /// <exception cref="ArgumentException">Both weights of a step are 0: there is no prediction.</exception>
    public IReadOnlyList<(double Majority, double Minority)> Curve(IEnumerable<(double Core, double Spurious)> path)
    {
        ArgumentNullException.ThrowIfNull(path);
        return [.. path.Select(w =>
        {
            var s = double.Hypot(w.Core * sigmaCore, w.Spurious * sigmaSpurious);
            return s > 0
                ? (Normal.CDF(0, 1, (w.Core * muCore + w.Spurious * muSpurious) / s), Normal.CDF(0, 1, (w.Core * muCore - w.Spurious * muSpurious) / s))
                : throw new ArgumentException("Both weights are 0: nothing is predicted.", nameof(path));
        })];
    }
}
