namespace Ballast.Robustness.Certified;

/// <summary>How certified training stood at the end of an epoch.</summary>
/// <param name="Epoch">From 1.</param>
/// <param name="Epsilon">The radius of its last step.</param>
/// <param name="CleanAccuracy">Share of the judged samples classified right; NaN without such samples.</param>
/// <param name="CertifiedAccuracy">Share of them certified by intervals at the full radius; NaN without such samples.</param>
/// <param name="Tightness">L_tight of the last batch; NaN without regularisers.</param>
/// <param name="Relu">L_relu of the last batch; NaN without regularisers.</param>
/// <param name="Layers">Each ReLU layer on the last batch; empty where no bounds were computed.</param>
public sealed record CertifiedEpoch(int Epoch, double Epsilon, double CleanAccuracy, double CertifiedAccuracy, double Tightness, double Relu, IReadOnlyList<LayerRegularity> Layers);
