using Ballast.Exchange.Networks.Operators;
using Ballast.Robustness.Bounds.Fused;
using static TorchSharp.torch;

namespace Ballast.Robustness.Bounds.Steps;

/// <summary>Batch normalisation as the affine map s x + t with s = γ / sqrt(v + ε), t = β - μ s: of the running statistics, or in training of those of a clean batch, through which gradients flow.</summary>
internal sealed class BatchNormStep : AffineStep
{
    private readonly BatchNormOperator norm;
    private readonly Tensor gamma, beta;
    private readonly long[] channels;
    private Tensor scale, shift, mean;
    private long observed;

    public BatchNormStep(string name, int input, long[] shape, BatchNormOperator norm, Func<Exchange.Networks.GraphTensor, Tensor> tensors) : base(name, input, shape)
    {
        (this.norm, channels) = (norm, [-1, .. Enumerable.Repeat(1L, shape.Length - 1)]);
        (gamma, beta) = (tensors(norm.Scale).reshape(channels), tensors(norm.Shift).reshape(channels));
        mean = tensors(norm.Mean).reshape(channels);
        scale = gamma / (tensors(norm.Variance).reshape(channels) + (double)norm.Epsilon).sqrt();
        shift = beta - mean * scale;
    }

    /// <summary>Names of the running statistics.</summary>
    public (string Mean, string Variance) RunningNames => (norm.Mean.Name, norm.Variance.Name);

    /// <summary>[c]: mean of the observed batch; null before there was one.</summary>
    public Tensor? BatchMean { get; private set; }

    /// <summary>[c]: its biased variance.</summary>
    public Tensor? BatchVariance { get; private set; }

    /// <summary>s, one number a channel.</summary>
    public Tensor Scale => scale;

    protected override Tensor? Shift => shift;

    protected override Tensor? ShiftSize => beta.abs() + (mean * scale).abs();

    protected override long ForwardTerms => 8;

    /// <summary>Normalises a clean batch [B, c, ...] by its own statistics, which take the running ones' place. All tensors belong to the caller's scope.</summary>
    public Tensor Observe(Tensor batch)
    {
        (var normalized, scale, shift, BatchMean, BatchVariance) = BatchNormalization.Of(batch, gamma.flatten(), beta.flatten(), norm.Epsilon);
        observed = batch.numel() / batch.shape[1];
        (scale, shift, mean) = (scale.reshape(channels), shift.reshape(channels), BatchMean.reshape(channels));
        return normalized;
    }

    /// <summary>Running statistics after the observed batch: new = (1 - m) old + m batch, the variance unbiased, as in torch.</summary>
    public (Tensor Mean, Tensor Variance) Running(Tensor mean, Tensor variance)
    {
        var (kept, taken) = ((double)norm.Momentum, 1 - (double)norm.Momentum);
        return (mean * kept + BatchMean! * taken, variance * kept + BatchVariance! * (taken * observed / Math.Max(1, observed - 1)));
    }

    public override Tensor Forward(IReadOnlyList<Tensor> x) => addcmul(shift, x[0], scale, 1);

    /// <summary>s b + t, [c], for the bias of the step before.</summary>
    public Tensor Folded(Tensor? bias) => bias is null ? shift.flatten() : addcmul(shift.flatten(), bias, scale.flatten(), 1);

    protected override Tensor Apply(Tensor x) => x * scale;

    protected override Tensor ApplyAbsolute(Tensor x) => x * scale.abs();

    protected override Tensor Transpose(Tensor coefficients) => coefficients * scale;

    protected override Tensor TransposeAbsolute(Tensor coefficients) => coefficients * scale.abs();
}
