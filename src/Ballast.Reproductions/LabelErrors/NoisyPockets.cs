using Ballast.Core;
using Ballast.Numerics.Clustering;
using Ballast.Exchange;
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
    private static readonly string[] ClassNames =
        ["T-shirt", "trouser", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag", "ankle boot"];

    /// <summary>Draws rows, projects them and plants the pockets.</summary>
    /// <param name="images">The four arrays of Fashion-MNIST.</param>
    /// <param name="seed">Decides rows, clusters and flips.</param>
    public static NoisyPockets Plant(FashionImages images, int seed)
    {
        var trainRows = RandomStream.For(seed, "pockets train rows").SampleWithoutReplacement(images.TrainLabels.Length, TrainRows);
        var testRows = RandomStream.For(seed, "pockets test rows").SampleWithoutReplacement(images.TestLabels.Length, TestRows);
        var trainTruth = Array.ConvertAll(trainRows, row => (int)images.TrainLabels[row]);
        var testTruth = Array.ConvertAll(testRows, row => (int)images.TestLabels[row]);
        var (train, test) = Project(Pixels(images.TrainPixels, trainRows), Pixels(images.TestPixels, testRows));

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
        return new NoisyPockets(AsDataset(train, trainGiven), trainTruth, AsDataset(test, testGiven), testTruth);
    }

    private static void Flip(float[] points, int[] truth, int[] given, int c, double[] centroids, int pocket, RandomStream random)
    {
        for (var i = 0; i < truth.Length; i++)
            if (truth[i] == c && KMeans.Nearest(points.AsSpan(i * Components, Components), centroids) == pocket && random.NextDouble() < FlipProbability)
                given[i] = MistakenFor[c];
    }

    // Principal components of the training rows' covariance, without whitening.
    private static (float[] Train, float[] Test) Project(float[] train, float[] test)
    {
        using var scope = NewDisposeScope();
        var x = tensor(train).reshape(TrainRows, -1).to(float64);       // [8000, 784]
        var mean = x.mean([0]);
        var centred = x - mean;
        var (_, vectors) = linalg.eigh(centred.transpose(0, 1).matmul(centred) / TrainRows);
        var axes = vectors.slice(1, -Components, vectors.shape[1], 1);  // [784, 40]: eigenvalues ascend
        var projectedTest = (tensor(test).reshape(TestRows, -1).to(float64) - mean).matmul(axes);
        return (Floats(centred.matmul(axes)), Floats(projectedTest));
    }

    private static float[] Floats(Tensor tensor) => tensor.to(float32).contiguous().data<float>().ToArray();

    private static float[] Pixels(byte[] images, int[] rows)
    {
        const int size = 28 * 28;
        var pixels = new float[rows.Length * size];
        for (var i = 0; i < rows.Length; i++)
            for (var j = 0; j < size; j++)
                pixels[i * size + j] = images[rows[i] * size + j] / 255f;
        return pixels;
    }

    private static Dataset AsDataset(float[] features, int[] labels) => new(
        features, labels.Length, [.. Enumerable.Range(1, Components).Select(c => FeatureColumn.Numeric($"component {c}"))], labels: labels, classNames: ClassNames);
}

/// <summary>Fashion-MNIST as Debian's package dataset-fashion-mnist installs it.</summary>
internal sealed record FashionImages(byte[] TrainPixels, byte[] TrainLabels, byte[] TestPixels, byte[] TestLabels)
{
    private const string Folder = "/usr/share/datasets/fashion-mnist";

    public static bool Installed => Directory.Exists(Folder);

    public static FashionImages Read() =>
        new(Read("train-images-idx3"), Read("train-labels-idx1"), Read("t10k-images-idx3"), Read("t10k-labels-idx1"));

    private static byte[] Read(string name) => IdxFile.Read<byte>(Path.Combine(Folder, $"{name}-ubyte.gz")).Values;
}
