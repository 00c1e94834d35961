using Ballast.Learning.Training;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Ballast.Learning.Regression;

/// <summary>A loss of predicted amounts, one value a sample; weights multiply and the number of samples divides last.</summary>
public abstract class RegressionLoss
{
    /// <summary>The loss of every sample.</summary>
    /// <param name="predictions">[B, c].</param>
    /// <param name="targets">[B, c].</param>
    /// <returns>[B].</returns>
    public abstract Tensor PerSample(Tensor predictions, Tensor targets);

    /// <summary>Parameters of the loss that are trained beside the network's; by default none.</summary>
    public virtual IEnumerable<(string Name, Parameter Parameter)> NamedParameters => [];

    /// <summary>The loss and its settings in a few words, by which a checkpoint knows its training.</summary>
    public abstract override string ToString();

    /// <summary>The loss of a batch: sum of r_i l_i over B; of a mixed sample each part counts by its share.</summary>
    /// <param name="predictions">[B, c].</param>
    /// <param name="targets">[B, c].</param>
    /// <param name="weights">[B] sample weights r, or null for all 1.</param>
    /// <param name="mixed">What mixed samples hold beside their own part; null where nothing is mixed.</param>
    /// <returns>A scalar.</returns>
    /// <exception cref="ArgumentException">The shapes differ.</exception>
    public Tensor Forward(Tensor predictions, Tensor targets, Tensor? weights = null, MixedPartners? mixed = null)
    {
        ArgumentNullException.ThrowIfNull(predictions);
        ArgumentNullException.ThrowIfNull(targets);
        if (!predictions.shape.SequenceEqual(targets.shape))
            throw new ArgumentException($"The targets have shape [{string.Join(", ", targets.shape)}]; expected that of the predictions, [{string.Join(", ", predictions.shape)}].", nameof(targets));
        using var scope = NewDisposeScope();
        var losses = PerSample(predictions, targets);
        if (mixed is not null)
        {
            var partners = mixed.Targets ?? throw new ArgumentException("Samples mixed for classification have no second target.", nameof(mixed));
            losses = mixed.Share * losses + (1 - mixed.Share) * PerSample(predictions, partners);
        }
        return (weights is null ? losses : losses * weights).mean().MoveToOuterDisposeScope();
    }
}
