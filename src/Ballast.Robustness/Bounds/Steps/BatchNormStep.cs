using Ballast.Exchange.Networks.Operators;
using static TorchSharp.torch;

namespace Ballast.Robustness.Bounds.Steps;

/// <summary>Batch normalisation as the affine map s x + t with s = γ / sqrt(v + ε), t = β - μ s: of the running statistics, or in training of those of a clean batch, through which gradients flow.</summary>
internal sealed class BatchNormStep : AffineStep
{
    private readonly BatchNormOperator norm;
    private readonly Tensor gamma, beta;
    private readonly long[] channels;
    private Tensor scale, absolute, shift, size;
    private long observed;

    public BatchNormStep(string name, int input, long[] shape, BatchNormOperator norm, Func<Exchange.Networks.GraphTensor, Tensor> tensors) : base(name, input, shape)
    {
        (this.norm, channels) = (norm, [-1, .. Enumerable.Repeat(1L, shape.Length - 1)]);
        (gamma, beta) = (tensors(norm.Scale).reshape(channels), tensors(norm.Shift).reshape(channels));
        (scale, absolute, shift, size) = Map(tensors(norm.Mean).reshape(channels), tensors(norm.Variance).reshape(channels));
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

    protected override Tensor? ShiftSize => size;

    protected override long ForwardTerms => 8;

    /// <summary>Takes the statistics of a clean batch [B, c, ...] in place of the running ones. Its tensors belong to the caller's scope.</summary>
    public void Observe(Tensor batch)
    {
        long[] others = [0, .. Enumerable.Range(2, (int)batch.dim() - 2).Select(axis => (long)axis)];
        (BatchVariance, BatchMean) = var_mean(batch, others, unbiased: false);
        observed = batch.numel() / batch.shape[1];
        (scale, absolute, shift, size) = Map(BatchMean.reshape(channels), BatchVariance.reshape(channels));
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

    protected override Tensor ApplyAbsolute(Tensor x) => x * absolute;

    protected override Tensor Transpose(Tensor coefficients) => coefficients * scale;

    protected override Tensor TransposeAbsolute(Tensor coefficients) => coefficients * absolute;

    private (Tensor Scale, Tensor Absolute, Tensor Shift, Tensor Size) Map(Tensor mean, Tensor variance)
    {
        var factor = gamma / (variance + (double)norm.Epsilon).sqrt();
        var moved = mean * factor;
        return (factor, factor.abs(), beta - moved, beta.abs() + moved.abs());
    }
}
