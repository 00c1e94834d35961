using static TorchSharp.torch;

namespace Ballast.Learning.Regression;

/// <summary>L2: the mean over c outputs of (p - y)^2.</summary>
public sealed class SquaredErrorLoss : RegressionLoss
{
    /// <inheritdoc/>
    public override Tensor PerSample(Tensor predictions, Tensor targets) => (predictions - targets).square().mean([1L]);

    /// <inheritdoc/>
    public override string ToString() => "squared error";
}
