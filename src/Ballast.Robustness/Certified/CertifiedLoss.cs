using static TorchSharp.torch;

namespace Ballast.Robustness.Certified;

/// <summary>Upper bounds of the worst cross-entropy on a box, from lower bounds of margins.</summary>
public static class CertifiedLoss
{
    /// <summary>Cross-entropy of the scores [0, -m_1, ..., -m_{K-1}] with label 0: log(1 + Σ e^-m).</summary>
    /// <param name="margins">[B, K-1] lower bounds of the label's score minus each other.</param>
    /// <returns>[B].</returns>
    public static Tensor PerSample(Tensor margins)
    {
        ArgumentNullException.ThrowIfNull(margins);
        return cat([zeros([margins.shape[0], 1], margins.dtype, margins.device), -margins], 1).logsumexp(1);
    }

    /// <summary>κ m_CROWN + (1 - κ) m_IBP with κ = (ε_max - ε) / ε_max.</summary>
    /// <param name="crown">Margins by CROWN.</param>
    /// <param name="ibp">Margins by intervals.</param>
    /// <param name="kappa">In [0, 1].</param>
    public static Tensor Mix(Tensor crown, Tensor ibp, double kappa)
    {
        ArgumentNullException.ThrowIfNull(crown);
        ArgumentNullException.ThrowIfNull(ibp);
        return crown * kappa + ibp * (1 - kappa);
    }
}
