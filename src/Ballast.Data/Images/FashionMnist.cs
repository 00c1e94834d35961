using Ballast.Core;

namespace Ballast.Data.Images;

/// <summary>Fashion-MNIST where it is installed: 60,000 training and 10,000 test images 28 x 28 of ten kinds of clothing.</summary>
/// <remarks>Source: Xiao, Rasul and Vollgraf, "Fashion-MNIST: a novel image dataset for benchmarking machine learning algorithms", 2017. Debian's package is dataset-fashion-mnist.</remarks>
public sealed class FashionMnist
{
    private const string DebianFolder = "/usr/share/datasets/fashion-mnist";

    private FashionMnist(string folder) => Folder = folder;

    /// <summary>Names of class 0..9.</summary>
    public static IReadOnlyList<string> ClassNames { get; } =
        ["T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"];

    /// <summary>Why a reproduction or test is skipped where <see cref="Find"/> gives null.</summary>
    public static string AbsentReason => "Fashion-MNIST is not installed (Debian package dataset-fashion-mnist).";

    /// <summary>Where the four files are.</summary>
    public string Folder { get; }

    /// <summary>The data set in a folder, by default where Debian puts it; null when a file is missing.</summary>
    /// <param name="folder">Folder of the four files, each gzipped (.gz) or not; null for Debian's.</param>
    public static FashionMnist? Find(string? folder = null)
    {
        var found = new FashionMnist(folder ?? DebianFolder);
        string[] names = ["train-images-idx3", "train-labels-idx1", "t10k-images-idx3", "t10k-labels-idx1"];
        return names.All(name => File.Exists(found.PathOf(name))) ? found : null;
    }

    /// <summary>The training set: samples [1,28,28] in [0,1], row ids in file order.</summary>
    /// <exception cref="DataFormatException">A file is damaged.</exception>
    public Dataset ReadTrain(CancellationToken cancellation = default) => Read("train", cancellation);

    /// <summary>The test set: samples [1,28,28] in [0,1], row ids in file order.</summary>
    /// <exception cref="DataFormatException">A file is damaged.</exception>
    public Dataset ReadTest(CancellationToken cancellation = default) => Read("t10k", cancellation);

    /// <summary>The long-tailed benchmark FMNIST-LT-R made of it; see <see cref="LongTailBenchmark"/>.</summary>
    /// <param name="order">Which classes are rare.</param>
    /// <param name="cancellation">Stops between files.</param>
    /// <exception cref="DataFormatException">A file is damaged, or this is another data set.</exception>
    public LongTailBenchmark LongTail(LongTailOrder order = LongTailOrder.Reversed, CancellationToken cancellation = default) =>
        LongTailBenchmark.Make(ReadTrain(cancellation), ReadTest(cancellation), order);

    private Dataset Read(string part, CancellationToken cancellation) =>
        IdxImages.Read(PathOf($"{part}-images-idx3"), PathOf($"{part}-labels-idx1"), ClassNames, cancellation);

    private string PathOf(string name)
    {
        var plain = Path.Combine(Folder, $"{name}-ubyte");
        return File.Exists(plain) ? plain : plain + ".gz";
    }
}
