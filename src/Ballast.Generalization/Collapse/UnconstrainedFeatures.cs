using Ballast.Core;

namespace Ballast.Generalization.Collapse;

/// <summary>The unconstrained-features problem after training: free features under one or more linear layers, the model in which neural collapse is proven.</summary>
/// <remarks>
/// Source: Dang et al. (ICML 2023). Minimises data term + sum_j lambda_Wj/2 ||W_j||^2 + lambda_H/2 ||H||^2 in double over all samples at once, by Adam with plain L2 terms
/// in the loss (decoupled decay would minimise something else). For M of at least 2 zero vectors are always a local minimum: a run may lose a class
/// that keeps its vector at the global optimum. Try several seeds or a larger scale and keep the lowest loss.
/// </remarks>
public sealed class UnconstrainedFeatures
{
    private UnconstrainedFeatures(double[] features, int[] labels, LinearLayer[] layers, double loss) =>
        (Features, Labels, Layers, Loss) = (features, labels, layers, loss);

    /// <summary>N x d features, row-major.</summary>
    public double[] Features { get; }

    /// <summary>N labels, class after class.</summary>
    public int[] Labels { get; }

    /// <summary>W_1 (next to the features) to W_M; the last carries the bias where there is one.</summary>
    public IReadOnlyList<LinearLayer> Layers { get; }

    /// <summary>The last layer.</summary>
    public LinearLayer Classifier => Layers[^1];

    /// <summary>The whole objective at the end.</summary>
    public double Loss { get; }

    /// <summary>Trains from seeded first values.</summary>
    /// <param name="options">The problem and how it is trained.</param>
    /// <param name="cancellation">Stops between steps.</param>
    /// <exception cref="ArgumentException">Fewer than 2 classes, a count, width or weight decay that is not positive, or as many hidden widths as do not fit the layers.</exception>
    public static UnconstrainedFeatures Train(UnconstrainedFeaturesOptions options, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        _ = new ModelProblem([.. options.ClassCounts], [.. options.LambdaW], options.LambdaH);      // checks counts and decays
        var problem = new FullBatchProblem(options, Widths(options));
        var parameters = problem.Parameters;
        var gradient = new double[parameters.Length];
        var adam = new Adam(parameters.Length);
        for (var step = 0; step < options.Steps; step++)
        {
            cancellation.ThrowIfCancellationRequested();
            problem.Gradient(gradient);
            adam.Step(parameters, gradient, options.LearningRate * (1 + Math.Cos(Math.PI * step / options.Steps)) / 2);
        }
        var loss = problem.Gradient(gradient);
        return new UnconstrainedFeatures(problem.Features(), problem.Labels, problem.Layers(), loss);
    }

    /// <summary>NC1 to NC4 of the features under the product of all layers; for M = 1 that is the last layer.</summary>
    /// <param name="target">The geometry to compare with.</param>
    /// <param name="globalMean">What class means are centred by.</param>
    public CollapseReport Measure(CollapseTarget target, GlobalMean globalMean = GlobalMean.Samples) =>
        NeuralCollapse.Measure(Features, Labels, Product(), target, globalMean);

    /// <summary>The class means' inner products, [K, K].</summary>
    public double[,] ClassMeanGram()
    {
        var means = new FeatureStatistics<double>(Features, Labels, Classifier.Outputs, GlobalMean.Samples).PlainMeans();
        return means.TransposeAndMultiply(means).ToArray();
    }

    /// <summary>The layers multiplied, A = W_M ... W_1, [K, d].</summary>
    public LinearLayer Product()
    {
        var product = Layers[0];
        foreach (var layer in Layers.Skip(1))
        {
            var weight = new double[layer.Outputs * product.Inputs];
            for (var i = 0; i < layer.Outputs; i++)
                for (var m = 0; m < layer.Inputs; m++)
                    for (var j = 0; j < product.Inputs; j++)
                        weight[i * product.Inputs + j] += layer.Weight[i * layer.Inputs + m] * product.Weight[m * product.Inputs + j];
            product = new LinearLayer(weight, layer.Outputs);
        }
        return new LinearLayer(product.Weight, product.Outputs, Classifier.Bias);
    }

    // d, hidden widths, K.
    private static int[] Widths(UnconstrainedFeaturesOptions options)
    {
        var hidden = options.HiddenWidths ?? [.. Enumerable.Repeat(options.FeatureWidth, options.LambdaW.Count - 1)];
        if (hidden.Count != options.LambdaW.Count - 1)
            throw new ArgumentException($"{options.LambdaW.Count} layers have {options.LambdaW.Count - 1} widths between them; found {hidden.Count}.", nameof(options));
        foreach (var width in hidden)
            Guard.Positive(width, nameof(options.HiddenWidths));
        return [options.FeatureWidth, .. hidden, options.ClassCounts.Count];
    }
}
