using System.Numerics.Tensors;
using Ballast.Core;
using static TorchSharp.torch;
using Tensor = TorchSharp.torch.Tensor;

namespace Ballast.Generalization.Collapse;

/// <summary>Predicts the geometry of a last layer from class counts and weight decay, and measures it on a trained network.</summary>
/// <remarks>
/// Source: Dang, Tran, Osher, Tran-The, Ho and Nguyen, "Neural Collapse in Deep Linear Networks: From Balanced to Imbalanced Data" (ICML 2023). Exact for the
/// problem min 1/(2N) ||W_M...W_1 H - Y||^2 + sum_j lambda_Wj/2 ||W_j||^2 + lambda_H/2 ||H||^2 over free features H; for a real network, whose features are not
/// regularised themselves, an estimate. A framework's mean-squared error over all N K entries with weight decay wd corresponds to lambda = wd K / 2.
/// </remarks>
public static class NeuralCollapse
{
    // Relative difference of pressure and threshold below which they count as equal.
    private const double Tie = 1e-12;

    /// <summary>The general orthogonal frame at the global optimum of the bias-free mean-squared error, and which classes lose their vectors.</summary>
    /// <param name="classCounts">K counts n_k, each at least 1, in any order.</param>
    /// <param name="lambdaW">Weight decay of the M linear layers, each greater than 0; the first belongs to the layer next to the features.</param>
    /// <param name="lambdaH">Weight decay of the features, greater than 0.</param>
    /// <param name="width">Narrowest of the feature width and all hidden widths; below K only the largest classes keep vectors.</param>
    /// <exception cref="ArgumentException">Fewer than 2 classes, a count or a weight decay that is not positive, a width below 1.</exception>
    public static GofPrediction Predict(ReadOnlySpan<int> classCounts, ReadOnlySpan<double> lambdaW, double lambdaH, int width = int.MaxValue)
    {
        var problem = new ModelProblem(classCounts, lambdaW, lambdaH);
        Guard.Positive(width);
        var counts = classCounts.ToArray();
        var limit = new WidthLimit(counts, width);
        var (classes, loss) = (new ClassPrediction[counts.Length], 0.0);
        for (var k = 0; k < counts.Length; k++)
        {
            var pressure = problem.Pressure(counts[k]);
            var tied = Math.Abs(pressure - problem.Threshold) <= Tie * problem.Threshold;
            var mode = tied || pressure > problem.Threshold ? 0 : problem.Mode(pressure);
            // Of tied classes the optimum serves as many as there are directions left, which ones does not matter to the loss.
            loss += counts[k] / (2.0 * problem.Samples) * (limit.Share(k) * problem.Cost(mode, pressure) + 1 - limit.Share(k));
            var fate = tied ? ClassFate.AtThreshold : mode == 0 ? ClassFate.Collapsed : limit.FateOf(k);
            classes[k] = fate == ClassFate.Undetermined
                ? new ClassPrediction(counts[k], pressure, fate, null, null, null, null)
                : Described(problem, counts[k], pressure, fate, fate == ClassFate.Survives ? mode : 0);
        }
        return new GofPrediction(classes, problem.Threshold, loss, problem.MinSamples);
    }

    /// <summary>Balanced classes, mean-squared error, a free bias without weight decay: the simplex frame. The width must be at least K - 1.</summary>
    /// <param name="classes">K, at least 2.</param>
    /// <param name="samplesPerClass">n, at least 1.</param>
    /// <param name="lambdaW">Weight decay of the M linear layers, the first next to the features.</param>
    /// <param name="lambdaH">Weight decay of the features.</param>
    /// <exception cref="ArgumentException">An argument lies outside its range.</exception>
    public static EtfPrediction PredictWithBias(int classes, int samplesPerClass, ReadOnlySpan<double> lambdaW, double lambdaH)
    {
        var problem = Balanced(classes, samplesPerClass, lambdaW, lambdaH);
        var pressure = problem.Pressure(samplesPerClass);
        var mode = pressure >= problem.Threshold ? 0 : problem.Mode(pressure);
        return new EtfPrediction(
            mode == 0, problem.DiagonalLogit(mode), problem.ClassifierSquaredNorm(mode), problem.FeatureSquaredNorm(mode), 1.0 / classes,
            (classes - 1.0) / (2 * classes) * problem.Cost(mode, pressure));
    }

    /// <summary>Balanced classes and cross-entropy (mean over samples), with or without bias: the simplex frame. The width must be at least K - 1.</summary>
    /// <remarks>The margin g minimises log(1 + (K-1) e^-g) + (M+1)(K-1)/2 (n lambda_H P g^2)^(1/(M+1)). For M of at least 2, g = 0 is always a local minimum.</remarks>
    /// <param name="classes">K, at least 2.</param>
    /// <param name="samplesPerClass">n, at least 1.</param>
    /// <param name="lambdaW">Weight decay of the M linear layers, the first next to the features.</param>
    /// <param name="lambdaH">Weight decay of the features.</param>
    /// <exception cref="ArgumentException">An argument lies outside its range.</exception>
    public static EtfPrediction PredictCrossEntropy(int classes, int samplesPerClass, ReadOnlySpan<double> lambdaW, double lambdaH)
    {
        var layers = Balanced(classes, samplesPerClass, lambdaW, lambdaH).Layers;
        var strength = samplesPerClass * lambdaH * TensorPrimitives.Product(lambdaW);
        // Each layer and the features pay alike at the optimum: lambda_Wj s_j^2 = n lambda_H h^2 = (n lambda_H P g^2)^(1/(M+1)).
        double Payment(double margin) => Math.Pow(strength * margin * margin, 1.0 / (layers + 1));
        double Loss(double margin) => Math.Log(1 + (classes - 1) * Math.Exp(-margin)) + (layers + 1) * (classes - 1) / 2.0 * Payment(margin);
        var best = Enumerable.Range(0, 601).Select(step => step / 10.0).MinBy(Loss);
        var margin = GoldenSection(Loss, Math.Max(best - 0.1, 0), best + 0.1);
        if (Loss(0) <= Loss(margin))
            margin = 0;
        var payment = Payment(margin);
        return new EtfPrediction(margin == 0, margin, payment / lambdaW[^1], payment / (samplesPerClass * lambdaH), null, Loss(margin));
    }

    /// <summary>Largest equal weight decay of M linear layers at which no class collapses (exclusive): threshold n_min / (M N (N lambda_H)^(1/M)).</summary>
    /// <param name="classCounts">K counts, each at least 1.</param>
    /// <param name="layers">M, at least 1.</param>
    /// <param name="lambdaH">Weight decay of the features, greater than 0.</param>
    /// <exception cref="ArgumentException">An argument lies outside its range.</exception>
    public static double MaxWeightDecay(ReadOnlySpan<int> classCounts, int layers, double lambdaH)
    {
        Guard.Positive(layers);
        var samples = new ModelProblem(classCounts, [1], lambdaH).Samples;
        return ModelProblem.ThresholdOf(layers) * TensorPrimitives.Min(classCounts) / (layers * (double)samples * Math.Pow(samples * lambdaH, 1.0 / layers));
    }

    /// <summary>NC1 to NC4, alignment and lengths of a last layer, without torch.</summary>
    /// <param name="features">N x d features that enter the layer, row-major and finite.</param>
    /// <param name="labels">N class indices in 0..K-1; every class must occur.</param>
    /// <param name="classifier">The layer [K, d], K at least 2; its bias serves NC4 alone.</param>
    /// <param name="target">The geometry to compare with.</param>
    /// <param name="globalMean">What class means are centred by.</param>
    /// <param name="cancellation">Stops the measurement.</param>
    /// <exception cref="ArgumentException">Widths do not agree, a label is outside 0..K-1, a class has no sample, a value is not finite.</exception>
    public static CollapseReport Measure(
        ReadOnlyMemory<double> features, ReadOnlyMemory<int> labels, LinearLayer classifier, CollapseTarget target, GlobalMean globalMean = GlobalMean.Samples,
        CancellationToken cancellation = default) => CollapseMeasurement.Of(features, labels, classifier, target, globalMean, cancellation);

    /// <inheritdoc cref="Measure(ReadOnlyMemory{double}, ReadOnlyMemory{int}, LinearLayer, CollapseTarget, GlobalMean, CancellationToken)"/>
    public static CollapseReport Measure(
        ReadOnlyMemory<float> features, ReadOnlyMemory<int> labels, LinearLayer classifier, CollapseTarget target, GlobalMean globalMean = GlobalMean.Samples,
        CancellationToken cancellation = default) => CollapseMeasurement.Of(features, labels, classifier, target, globalMean, cancellation);

    /// <summary>The same from tensors.</summary>
    /// <param name="features">[N, d].</param>
    /// <param name="labels">[N], int64.</param>
    /// <param name="weight">[K, d].</param>
    /// <param name="bias">[K], or null for none.</param>
    /// <param name="target">The geometry to compare with.</param>
    /// <param name="globalMean">What class means are centred by.</param>
    /// <param name="cancellation">Stops the measurement.</param>
    /// <exception cref="ArgumentException">As for plain arrays; or a tensor has the wrong number of axes.</exception>
    public static CollapseReport Measure(
        Tensor features, Tensor labels, Tensor weight, Tensor? bias, CollapseTarget target, GlobalMean globalMean = GlobalMean.Samples,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(features);
        ArgumentNullException.ThrowIfNull(labels);
        ArgumentNullException.ThrowIfNull(weight);
        if (features.dim() != 2 || weight.dim() != 2 || labels.dim() != 1)
            throw new ArgumentException("Features and weight must be matrices and labels a vector.", nameof(features));
        var layer = new LinearLayer(Values(weight), (int)weight.shape[0], bias is null ? null : Values(bias));
        using var scope = NewDisposeScope();
        var indices = labels.to(ScalarType.Int32).cpu().contiguous().data<int>().ToArray();
        return Measure(Values(features), indices, layer, target, globalMean, cancellation);
    }

    /// <summary>NC1 and NC2 along a chain of linear layers.</summary>
    /// <param name="features">N x d features that enter the first layer, row-major.</param>
    /// <param name="labels">N class indices; every class must occur.</param>
    /// <param name="layers">W_1 (next to the features) to W_M; biases are left out of account.</param>
    /// <param name="target">The geometry to compare with.</param>
    /// <param name="globalMean">What class means are centred by.</param>
    /// <param name="cancellation">Stops the measurement.</param>
    /// <exception cref="ArgumentException">As for one layer; or the layers do not fit together.</exception>
    public static ChainReport MeasureChain(
        ReadOnlyMemory<double> features, ReadOnlyMemory<int> labels, IReadOnlyList<LinearLayer> layers, CollapseTarget target,
        GlobalMean globalMean = GlobalMean.Samples, CancellationToken cancellation = default) =>
        CollapseMeasurement.OfChain(features, labels, layers, target, globalMean, cancellation);

    private static double[] Values(Tensor tensor)
    {
        using var scope = NewDisposeScope();
        return tensor.detach().to(ScalarType.Float64).cpu().contiguous().data<double>().ToArray();
    }

    private static ClassPrediction Described(ModelProblem problem, int count, double pressure, ClassFate fate, double mode) => new(
        count, pressure, fate, mode, problem.ClassifierSquaredNorm(mode), problem.FeatureSquaredNorm(mode), problem.DiagonalLogit(mode));

    private static ModelProblem Balanced(int classes, int samplesPerClass, ReadOnlySpan<double> lambdaW, double lambdaH)
    {
        Guard.InRange(classes, 2, int.MaxValue);
        return new ModelProblem(Enumerable.Repeat(samplesPerClass, classes).ToArray(), lambdaW, lambdaH);
    }

    private static double GoldenSection(Func<double, double> loss, double low, double high)
    {
        var ratio = (Math.Sqrt(5) - 1) / 2;
        var (left, right) = (high - ratio * (high - low), low + ratio * (high - low));
        var (atLeft, atRight) = (loss(left), loss(right));
        while (high - low > 1e-10)
            if (atLeft < atRight)
            {
                (high, right, atRight) = (right, left, atLeft);
                atLeft = loss(left = high - ratio * (high - low));
            }
            else
            {
                (low, left, atLeft) = (left, right, atRight);
                atRight = loss(right = low + ratio * (high - low));
            }
        return (low + high) / 2;
    }
}
