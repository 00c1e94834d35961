using Ballast.Learning.Networks;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Ballast.Learning.LongTail;

/// <summary>Nearest class mean (NCM; Kang et al., ICLR 2020, section 4.2): the class whose mean of L2-normalised training features has the largest cosine; nothing is trained.</summary>
public sealed class NearestClassMean : HeadMethod
{
    /// <summary>[K, d] the normalised means.</summary>
    /// <param name="features">[n, d].</param>
    /// <param name="labels">[n] classes, int64.</param>
    /// <param name="classes">K.</param>
    /// <exception cref="ArgumentException">A class has no rows.</exception>
    public static Tensor Means(Tensor features, Tensor labels, int classes)
    {
        ArgumentNullException.ThrowIfNull(features);
        ArgumentNullException.ThrowIfNull(labels);
        using var scope = NewDisposeScope();
        var counts = labels.bincount(null, classes);
        if (counts.min().item<long>() == 0)
            throw new ArgumentException($"Class {counts.argmin().item<long>()} has no training rows, so no mean.", nameof(labels));
        // Sums of thousands of rows keep their digits in float64; a mean's direction is all that is used.
        var unit = functional.normalize(features.to(float64), p: 2, dim: 1);
        var sums = zeros([classes, features.shape[1]], float64, features.device).index_add_(0, labels, unit, 1);
        return functional.normalize(sums, p: 2, dim: 1).to(features.dtype).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public override FittedHead Fit(HeadTraining training, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(training);
        var data = training.Features;
        using var gradients = no_grad();
        using var scope = NewDisposeScope();
        var means = Means(HeadTraining.Rows(data), tensor(data.Labels.ToArray(), int64), data.ClassCount);
        var head = new CosineHead(data.Width, data.ClassCount, new Initialization(training.Seed, "class means"));
        head.get_parameter("weight")!.copy_(means);
        return new FittedHead(head);
    }
}
