using Ballast.Core;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Ballast.Learning.Regression;

/// <summary>Contrastive regularisation for imbalanced regression: pushes apart the features of samples whose predictions agree while their labels do not.</summary>
/// <remarks>
/// Source: Keramati, Meng and Evans, ICLR 2024. Over the n rows of a batch (two views of every sample), u = z / |z|, s_ij = u_i.u_j / t:
/// positives P_i = {j != i: |y_i - y_j| &lt;= w}, negatives N_i = {|y_i - y_j| &gt; w and |p_i - p_j| &lt;= w}, S_ij = r_i exp(e |y_i - y_j|),
/// l_i = -mean over P_i of (s_ij - log(sum over P_i of exp s_ij + sum over N_i of S_ij exp s_ij)), 0 where P_i or N_i is empty; the loss is the mean of r_i l_i.
/// Labels and predictions of more than two dimensions (depth maps) count by their means. Fewer than two samples give 0. Time and memory O(n^2).
/// </remarks>
public sealed class ConRLoss : FeatureRegularizer
{
    private readonly PushingForm form;
    private readonly LabelDistance distance;

    /// <summary>Makes the loss.</summary>
    /// <param name="window">w, greater than 0, in the labels' unit: 1 to 2% of their range.</param>
    /// <param name="temperature">t, greater than 0.</param>
    /// <param name="pushing">e, at least 0: such that e times the range of labels is 0.5 to 2.</param>
    /// <param name="form">How S grows with the labels' distance.</param>
    /// <param name="distance">Distance of labels of several numbers.</param>
    /// <param name="referenceCompatible">Adds exp(0) = 1 to the denominator for every pair that is no positive one, as the published code does.</param>
    /// <exception cref="ArgumentOutOfRangeException">The window or the temperature is not positive, or the pushing is negative.</exception>
    public ConRLoss(
        double window, double temperature = 0.07, double pushing = 0.01, PushingForm form = PushingForm.Exponential,
        LabelDistance distance = LabelDistance.Euclidean, bool referenceCompatible = false)
    {
        Window = Guard.Positive(window);
        Temperature = Guard.Positive(temperature);
        Pushing = Guard.NotNegative(pushing);
        (this.form, this.distance, ReferenceCompatible) = (form, distance, referenceCompatible);
    }

    /// <summary>w.</summary>
    public double Window { get; }

    /// <summary>t.</summary>
    public double Temperature { get; }

    /// <summary>e.</summary>
    public double Pushing { get; }

    /// <summary>Whether the denominator is the published code's.</summary>
    public bool ReferenceCompatible { get; }

    /// <summary>The pairs of a batch, as masks [n, n].</summary>
    /// <param name="labels">[n, c].</param>
    /// <param name="predictions">[n, c].</param>
    /// <returns>Row i marks its positives and negatives.</returns>
    public (Tensor Positive, Tensor Negative) Pairs(Tensor labels, Tensor predictions)
    {
        using var scope = NewDisposeScope();
        var (positive, negative) = Masks(Distances(labels), Distances(predictions));
        return (positive.MoveToOuterDisposeScope(), negative.MoveToOuterDisposeScope());
    }

    /// <inheritdoc/>
    public override Tensor Forward(Tensor features, Tensor labels, Tensor predictions, Tensor? weights = null)
    {
        CheckShapes(features, labels);
        ArgumentNullException.ThrowIfNull(predictions);
        if (!predictions.shape.SequenceEqual(labels.shape))
            throw new ArgumentException($"The predictions have shape [{string.Join(", ", predictions.shape)}]; expected that of the labels, [{string.Join(", ", labels.shape)}].", nameof(predictions));
        if (weights is not null && (weights.numel() % features.shape[0] != 0 || weights.shape[0] != features.shape[0]))
            throw new ArgumentException($"The weights have shape [{string.Join(", ", weights.shape)}]; expected [{features.shape[0]}].", nameof(weights));
        using var scope = NewDisposeScope();
        var rowWeights = weights is null ? ones(features.shape[0], features.dtype, features.device) : weights.detach().reshape(features.shape[0], -1).mean([1L]);
        var apart = Distances(labels.detach());                                                // |y_i - y_j|, [n, n]
        var (positive, negative) = Masks(apart, Distances(predictions.detach()));
        var positives = positive.sum(1);                                                       // |P_i|
        var anchors = (positives > 0).logical_and(negative.any(1)).nonzero().squeeze(1);       // [m]
        if (anchors.shape[0] == 0)
            return (features.sum() * 0).MoveToOuterDisposeScope();

        var unit = functional.normalize(features, p: 2, dim: 1, eps: 1e-12);
        var similar = unit.index_select(0, anchors).matmul(unit.t()) / Temperature;            // s, [m, n]
        (positive, negative, apart) = (positive.index_select(0, anchors), negative.index_select(0, anchors), apart.index_select(0, anchors));
        (positives, rowWeights) = (positives.index_select(0, anchors).to(features.dtype), rowWeights.index_select(0, anchors));

        var logPushing = rowWeights.log().unsqueeze(1) + (form == PushingForm.Exponential ? Pushing * apart : (Pushing * apart).log());
        var terms = similar + logPushing.masked_fill(positive, 0);                             // log S_ij enters the exponent
        var logDenominator = terms.masked_fill(positive.logical_or(negative).logical_not(), double.NegativeInfinity).logsumexp(1);
        if (ReferenceCompatible)
            logDenominator = logaddexp(logDenominator, (features.shape[0] - positives).log());
        var own = similar.masked_fill(positive.logical_not(), 0).sum(1) / positives;
        return ((rowWeights * (logDenominator - own)).sum() / features.shape[0]).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public override string ToString() =>
        $"ConR of window {Window:R}, temperature {Temperature:R} and {form} pushing {Pushing:R}, {distance} distance{(ReferenceCompatible ? ", denominator as published" : "")}";

    private (Tensor Positive, Tensor Negative) Masks(Tensor labels, Tensor predictions)
    {
        var near = labels <= Window;
        var itself = eye(labels.shape[0], dtype: @bool, device: labels.device);
        return (near.logical_and(itself.logical_not()), near.logical_not().logical_and(predictions <= Window));
    }

    /// <summary>[n, n] distances from plain differences: those exactly at the window must stay there.</summary>
    private Tensor Distances(Tensor values)
    {
        if (values.dim() > 2)
            values = values.flatten(1).mean([1L], keepdim: true);
        var differences = (values.unsqueeze(1) - values.unsqueeze(0)).abs();                   // [n, n, c]
        return values.shape[1] == 1 ? differences.squeeze(2)
            : distance == LabelDistance.MeanAbsolute ? differences.mean([2L])
            : differences.square().sum(2).sqrt();
    }
}
