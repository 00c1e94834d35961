using static TorchSharp.torch;

namespace Ballast.Learning.Regression;

/// <summary>L1: the mean over c outputs of |p - y|.</summary>
public sealed class AbsoluteErrorLoss : RegressionLoss
{
    /// <inheritdoc/>
    public override Tensor PerSample(Tensor predictions, Tensor targets) => (predictions - targets).abs().mean([1L]);

    /// <inheritdoc/>
    public override string ToString() => "absolute error";
}
