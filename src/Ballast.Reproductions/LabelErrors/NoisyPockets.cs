using Ballast.Core;
using Ballast.Numerics.Clustering;
using static TorchSharp.torch;

namespace Ballast.Reproductions.LabelErrors;

/// <summary>Fashion-MNIST with pockets of systematic mislabelling: in each class one cluster is mostly labelled as another class, in train and test alike.</summary>
/// <param name="Train">8000 rows of 40 principal components with their given labels.</param>
/// <param name="TrainTruth">Their true labels.</param>
/// <param name="Test">6000 rows with their given labels.</param>
/// <param name="TestTruth">Their true labels.</param>
internal sealed record NoisyPockets(Dataset Train, int[] TrainTruth, Dataset Test, int[] TestTruth)
{
    private const int TrainRows = 8000;
    private const int TestRows = 6000;
    private const int Components = 40;
    private const int Clusters = 10;
    private const double FlipProbability = 0.7;

    private static readonly int[] MistakenFor = [6, 9, 4, 6, 2, 7, 0, 9, 3, 7];

    /// <summary>Draws rows, projects them and plants the pockets.</summary>
    /// <param name="images">Fashion-MNIST's training images.</param>
    /// <param name="testImages">Its test images.</param>
    /// <param name="seed">Decides rows, clusters and flips.</param>
    public static NoisyPockets Plant(Dataset images, Dataset testImages, int seed)
    {
        var trainRows = RandomStream.For(seed, "pockets train rows").SampleWithoutReplacement(images.Count, TrainRows);
        var testRows = RandomStream.For(seed, "pockets test rows").SampleWithoutReplacement(testImages.Count, TestRows);
        var trainTruth = Array.ConvertAll(trainRows, row => images.Labels.Span[row]);
        var testTruth = Array.ConvertAll(testRows, row => testImages.Labels.Span[row]);
        var (train, test) = Project(images.Select(trainRows), testImages.Select(testRows));

        var (trainGiven, testGiven) = ((int[])trainTruth.Clone(), (int[])testTruth.Clone());
        for (var c = 0; c < MistakenFor.Length; c++)
        {
            var random = RandomStream.For(seed, "pockets", c);
            var own = Enumerable.Range(0, TrainRows).Where(i => trainTruth[i] == c).ToArray();
            var centroids = KMeans.Fit(train, Components, own, Clusters, random);
            var pocket = random.Next(Clusters);
            Flip(train, trainTruth, trainGiven, c, centroids, pocket, random);
            Flip(test, testTruth, testGiven, c, centroids, pocket, random);
        }
        return new NoisyPockets(AsDataset(train, trainGiven, images.ClassNames), trainTruth, AsDataset(test, testGiven, images.ClassNames), testTruth);
    }

    private static void Flip(float[] points, int[] truth, int[] given, int c, double[] centroids, int pocket, RandomStream random)
    {
        for (var i = 0; i < truth.Length; i++)
            if (truth[i] == c && KMeans.Nearest(points.AsSpan(i * Components, Components), centroids) == pocket && random.NextDouble() < FlipProbability)
                given[i] = MistakenFor[c];
    }

    // Principal components of the training rows' covariance, without whitening.
    private static (float[] Train, float[] Test) Project(Dataset train, Dataset test)
    {
        using var scope = NewDisposeScope();
        var x = tensor(train.Features.ToArray()).reshape(TrainRows, -1).to(float64);       // [8000, 784]
        var mean = x.mean([0]);
        var centred = x - mean;
        var (_, vectors) = linalg.eigh(centred.transpose(0, 1).matmul(centred) / TrainRows);
        var axes = vectors.slice(1, -Components, vectors.shape[1], 1);  // [784, 40]: eigenvalues ascend
        var projectedTest = (tensor(test.Features.ToArray()).reshape(TestRows, -1).to(float64) - mean).matmul(axes);
        return (Floats(centred.matmul(axes)), Floats(projectedTest));
    }

    private static float[] Floats(Tensor tensor) => tensor.to(float32).contiguous().data<float>().ToArray();

    private static Dataset AsDataset(float[] features, int[] labels, IReadOnlyList<string> classNames) => new(
        features, labels.Length, [.. Enumerable.Range(1, Components).Select(c => FeatureColumn.Numeric($"component {c}"))], labels: labels, classNames: classNames);
}
