using Ballast.Core;

namespace Ballast.Data.Images;

/// <summary>FMNIST-LT-R, the benchmark that Ballast's long-tail methods share: class counts fall from 1000 to 10, the test set is balanced.</summary>
/// <remarks>
/// Images are mean-pooled 2 x 2 to 14 x 14. The class of rank r = 0..9 keeps the first floor(1000 * 100^(-r/9)) of its training images in file order: 1000, 599, 359, 215,
/// 129, 77, 46, 27, 16, 10. No randomness. Row ids are rows of the training or test file.
/// </remarks>
/// <param name="Train">2478 samples [1,14,14] in [0,1], in file order.</param>
/// <param name="Validation">The last 100 training images of each class, balanced, none of them in <paramref name="Train"/>.</param>
/// <param name="Test">All test images.</param>
/// <param name="ByRank">Class of rank 0..9, the most frequent first.</param>
public sealed record LongTailBenchmark(Dataset Train, Dataset Validation, Dataset Test, IReadOnlyList<int> ByRank)
{
    private const int GreatestCount = 1000;
    private const double Ratio = 100;
    private const int ValidationPerClass = 100;
    private const int ManyRanks = 3;
    private const int FewRanks = 3;

    /// <summary>Classes of ranks 0 to 2.</summary>
    public IReadOnlyList<int> Many => [.. ByRank.Take(ManyRanks)];

    /// <summary>Classes of ranks 3 to 6.</summary>
    public IReadOnlyList<int> Medium => [.. ByRank.Skip(ManyRanks).SkipLast(FewRanks)];

    /// <summary>Classes of ranks 7 to 9.</summary>
    public IReadOnlyList<int> Few => [.. ByRank.TakeLast(FewRanks)];

    /// <summary>Images kept of the class of each rank: floor(greatest * ratio^(-r/(classes-1))).</summary>
    /// <param name="classes">K, at least 2.</param>
    /// <param name="greatest">Count of rank 0, at least 1.</param>
    /// <param name="ratio">Count of rank 0 over that of rank K-1, at least 1.</param>
    public static int[] Counts(int classes, int greatest = GreatestCount, double ratio = Ratio)
    {
        Guard.InRange(classes, 2, int.MaxValue);
        Guard.Positive(greatest);
        Guard.InRange(ratio, 1, double.MaxValue);
        // A hair is added: 1000 * 100^-1 must not become 9.
        return [.. Enumerable.Range(0, classes).Select(rank => (int)Math.Floor(greatest * Math.Pow(ratio, -rank / (classes - 1.0)) + 1e-9))];
    }

    internal static LongTailBenchmark Make(Dataset train, Dataset test, LongTailOrder order)
    {
        var classes = train.ClassCount;
        int[] byRank = [.. Enumerable.Range(0, classes).Select(rank => order == LongTailOrder.Reversed ? classes - 1 - rank : rank)];
        var counts = Counts(classes);
        var (kept, validation) = (new List<int>(), new List<int>());
        for (var rank = 0; rank < classes; rank++)
        {
            var rows = train.RowsOf(byRank[rank]);
            if (rows.Length < counts[rank] + ValidationPerClass)
                throw new DataFormatException(
                    "Fashion-MNIST", $"{rows.Length} training images of class '{train.ClassNames[byRank[rank]]}'", $"at least {counts[rank] + ValidationPerClass}");
            kept.AddRange(rows[..counts[rank]]);
            validation.AddRange(rows[^ValidationPerClass..]);
        }
        kept.Sort();
        validation.Sort();
        return new LongTailBenchmark(Pooled(train.Select([.. kept])), Pooled(train.Select([.. validation])), Pooled(test), byRank);
    }

    private static Dataset Pooled(Dataset images)
    {
        var shape = ImageShape.Of(images);
        return ImageResizer.Resize(images, new ImageSize(shape.Height / 2, shape.Width / 2));
    }
}
