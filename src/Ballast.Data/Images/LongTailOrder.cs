namespace Ballast.Data.Images;

/// <summary>Which classes of a long-tailed benchmark are frequent.</summary>
public enum LongTailOrder
{
    /// <summary>The last class is the most frequent, the first the rarest. For Fashion-MNIST the harder order: rare shirts and pullovers resemble frequent coats.</summary>
    Reversed,

    /// <summary>The first class is the most frequent.</summary>
    Natural,
}
