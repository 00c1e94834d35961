using Ballast.Learning.Adversarial;
using Ballast.Learning.Networks;
using Ballast.Learning.Training;
using Ballast.Robustness.Bounds;
using static TorchSharp.torch;

namespace Ballast.Robustness.Certified;

/// <summary>Boxes around normalised samples whose radius and range are meant in the data's own unit, in single precision.</summary>
internal sealed class TrainingBox
{
    private readonly CertifiedTrainingOptions options;
    private readonly double[] scale;
    private readonly double[]? least, greatest;
    private readonly long[] shape;
    private readonly ThreatModel? limits;

    public TrainingBox(CertifiedTrainingOptions options, IReadOnlyList<long> inputShape)
    {
        this.options = options;
        var (mean, deviation) = options.Normalization is { } normalization ? (normalization.Mean.ToArray(), normalization.Deviation.ToArray()) : ([0.0], [1.0]);
        if (mean.Length != 1 && mean.Length != inputShape[0])
            throw new ArgumentException($"A normalisation of {mean.Length} channels does not fit samples [{string.Join(", ", inputShape)}].", nameof(options));
        (scale, shape) = (Array.ConvertAll(deviation, value => 1 / value), [1, -1, .. Enumerable.Repeat(1L, inputShape.Count - 1)]);
        double[]? Ends(double? end) => end is { } value ? [.. mean.Zip(deviation, (m, d) => (value - m) / d)] : null;
        (least, greatest) = (Ends(options.Minimum), Ends(options.Maximum));
        limits = options.Limits is null ? null : new ThreatModel(PerturbationNorm.LInfinity, options.Epsilon) { Features = options.Limits };
    }

    /// <summary>The boxes of a radius in the data's unit.</summary>
    /// <param name="inputs">[B, ...], normalised.</param>
    /// <param name="epsilon">The radius.</param>
    public InputBox Around(Tensor inputs, double epsilon)
    {
        Tensor Of(double[] perChannel) => PerChannel(perChannel, inputs.device);
        var reach = Of(Array.ConvertAll(scale, value => value * epsilon));
        var (lower, upper) = (inputs - reach, inputs + reach);
        // A sample that is itself a rounding outside stays in its box.
        if (least is not null)
            lower = minimum(maximum(lower, Of(least)), inputs);
        if (greatest is not null)
            upper = maximum(minimum(upper, Of(greatest)), inputs);
        if (limits is not null)
            (lower, upper) = (minimum(limits.Clamp(lower, inputs), inputs), maximum(limits.Clamp(upper, inputs), inputs));
        return new InputBox(lower, upper);
    }

    /// <summary>Boxes of a share of the radius around what an attack finds in the rest of it, cut to the whole boxes.</summary>
    /// <param name="network">Attacked in evaluation mode.</param>
    /// <param name="batch">Normalised samples.</param>
    /// <param name="labels">[B].</param>
    /// <param name="epsilon">The radius in the data's unit.</param>
    /// <param name="keys">Of the attack's starts.</param>
    public InputBox Small(Network network, Batch batch, Tensor labels, double epsilon, AttackKeys keys)
    {
        var whole = Around(batch.Inputs, epsilon);
        var reach = (1 - options.BoxShare) * epsilon;
        var attack = new Pgd(new ThreatModel(PerturbationNorm.LInfinity, reach) { Minimum = options.Minimum, Maximum = options.Maximum, Features = options.Limits }) { Steps = options.AttackSteps, StepSize = 2 * reach / options.AttackSteps };
        Tensor found;
        if (options.Normalization is { } normalization)
        {
            using var model = new NormalizedModel(network, normalization);
            var raw = NormalizedModel.Undo(batch.Inputs, normalization).clamp(options.Minimum ?? double.NegativeInfinity, options.Maximum ?? double.PositiveInfinity);
            found = NormalizedModel.Normalize(attack.Ascend(model, raw, labels, AttackLoss.CrossEntropy, keys), normalization);
        }
        else
        {
            found = attack.Ascend(network, batch.Inputs, labels, AttackLoss.CrossEntropy, keys);
        }
        var center = minimum(maximum(found, whole.Lower), whole.Upper);
        var small = PerChannel(Array.ConvertAll(scale, value => value * epsilon * options.BoxShare), center.device);
        return new InputBox(maximum(center - small, whole.Lower), minimum(center + small, whole.Upper));
    }

    private Tensor PerChannel(double[] values, Device device) => tensor(Array.ConvertAll(values, value => (float)value), device: device).reshape(shape);
}
