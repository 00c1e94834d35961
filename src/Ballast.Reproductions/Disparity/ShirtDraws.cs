using Ballast.Core;
using Ballast.Data.Images;
using Ballast.Learning.Adversarial;
using Ballast.Robustness.Disparity;

namespace Ballast.Reproductions.Disparity;

/// <summary>Part 3: T-shirt (frequent) against Shirt (rare) of Fashion-MNIST at 14×14, exact robust logistic regression.</summary>
internal sealed class ShirtDraws(FashionMnist fashion, CancellationToken cancellation)
{
    private const int TShirt = 0, Shirt = 6, Rows = 1000;

    private readonly Dataset pool = PooledSamples.Of(fashion.ReadTrain(cancellation)), test = PooledSamples.Of(fashion.ReadTest(cancellation));

    /// <summary>Test accuracy of the two classes for a draw of training rows, all radii at one ratio.</summary>
    public (double Frequent, double Rare) Train(int seed, int ratio, double epsilon)
    {
        int[] Drawn(int label, int count) => [.. RandomStream.For(seed, "shirts", label).SampleWithoutReplacement(pool.RowsOf(label).Length, Rows).Take(count).Select(i => pool.RowsOf(label)[i])];
        var train = pool.Select([.. Drawn(TShirt, Rows), .. Drawn(Shirt, Rows / ratio)]);
        var y = Array.ConvertAll(train.Labels.ToArray(), label => label == TShirt ? 1 : -1);
        var model = new RobustLogisticRegression(PerturbationNorm.LInfinity, epsilon).Fit(train.Features, train.Width, y, cancellation);
        return (test.RowsOf(TShirt).Average(row => model.Score(test.Row(row)) > 0 ? 1.0 : 0), test.RowsOf(Shirt).Average(row => model.Score(test.Row(row)) > 0 ? 0.0 : 1));
    }
}
