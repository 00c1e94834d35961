using System.Numerics;
using System.Numerics.Tensors;
using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.LinearAlgebra.Double;

namespace Ballast.Generalization.Collapse;

/// <summary>NC1 to NC4 of one layer's features and weights.</summary>
internal static class CollapseMeasurement
{
    public static CollapseReport Of<T>(
        ReadOnlyMemory<T> features, ReadOnlyMemory<int> labels, LinearLayer classifier, CollapseTarget target, GlobalMean globalMean, CancellationToken cancellation)
        where T : unmanaged, INumber<T>
    {
        ArgumentNullException.ThrowIfNull(classifier);
        ArgumentNullException.ThrowIfNull(target);
        var classes = classifier.Outputs;
        if (classes < 2)
            throw new ArgumentException("There must be at least 2 classes.", nameof(classifier));
        target.CheckClasses(classes);
        var statistics = new FeatureStatistics<T>(features, labels, classes, globalMean);
        if (statistics.Width != classifier.Inputs)
            throw new ArgumentException($"The features are {statistics.Width} wide, but the layer takes {classifier.Inputs}.", nameof(classifier));

        var weight = MatrixOf(classifier);                                                                  // [K, d]
        var means = target.IsSimplex ? statistics.CenteredMeans() : statistics.PlainMeans();                // [K, d]
        var alignment = new double?[classes];
        var (rowNorms, meanNorms) = (new double[classes], new double[classes]);
        for (var k = 0; k < classes; k++)
        {
            (rowNorms[k], meanNorms[k]) = (TensorPrimitives.Norm(classifier.Row(k)), TensorPrimitives.Norm<double>(statistics.MeanOf(k)));
            if (rowNorms[k] > 0 && meanNorms[k] > 0)
                alignment[k] = TensorPrimitives.Dot(classifier.Row(k), statistics.MeanOf(k)) / rowNorms[k] / meanNorms[k];
        }
        return new CollapseReport(
            statistics.WithinOverBetween(cancellation),
            Frames.Distance(weight.TransposeAndMultiply(weight), target.Classifier(classes)),
            Frames.Distance(means.TransposeAndMultiply(means), target.Features(classes)),
            Frames.Distance(weight.TransposeAndMultiply(means), target.Scores(classes)),
            statistics.Agreement(classifier.Weight, classifier.Bias ?? new double[classes], cancellation), alignment, rowNorms, meanNorms);
    }

    /// <summary>Along a chain of linear layers: NC1 of H, W_1 H, W_2 W_1 H ..., and NC2 of W_M W_M^T and of the partial products W_M ... W_j.</summary>
    public static ChainReport OfChain<T>(
        ReadOnlyMemory<T> features, ReadOnlyMemory<int> labels, IReadOnlyList<LinearLayer> layers, CollapseTarget target, GlobalMean globalMean,
        CancellationToken cancellation) where T : unmanaged, INumber<T>
    {
        ArgumentNullException.ThrowIfNull(layers);
        ArgumentNullException.ThrowIfNull(target);
        if (layers.Count == 0)
            throw new ArgumentException("There must be at least one layer.", nameof(layers));
        var classes = layers[^1].Outputs;
        target.CheckClasses(classes);
        var input = new FeatureStatistics<T>(features, labels, classes, globalMean);
        var within = new List<double?> { input.WithinOverBetween(cancellation) };
        var samples = new double[features.Length];
        TensorPrimitives.ConvertTruncating(features.Span, samples.AsSpan());
        Matrix<double> activations = new DenseMatrix(input.Width, input.Count, samples);                   // column-major: a column a sample
        foreach (var layer in layers)
        {
            cancellation.ThrowIfCancellationRequested();
            if (layer.Inputs != activations.RowCount)
                throw new ArgumentException($"A layer takes {layer.Inputs} features, but gets {activations.RowCount}.", nameof(layers));
            activations = MatrixOf(layer) * activations;
            if (layer != layers[^1])
                within.Add(new FeatureStatistics<double>(activations.ToColumnMajorArray(), labels, classes, globalMean).WithinOverBetween(cancellation));
        }
        var between = new double?[layers.Count];
        Matrix<double>? product = null;
        for (var j = layers.Count - 1; j >= 0; j--)
        {
            product = product is null ? MatrixOf(layers[j]) : product * MatrixOf(layers[j]);
            between[j] = Frames.Distance(product.TransposeAndMultiply(product), target.Classifier(classes));
        }
        return new ChainReport(within, between);
    }

    private static Matrix<double> MatrixOf(LinearLayer layer) => Matrix<double>.Build.DenseOfRowMajor(layer.Outputs, layer.Inputs, layer.Weight);
}
