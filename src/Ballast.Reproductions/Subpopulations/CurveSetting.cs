using Ballast.Core;
using Ballast.Evaluation.Subpopulations;
using Ballast.Learning.Subpopulations;

namespace Ballast.Reproductions.Subpopulations;

/// <summary>One sweep over digits below and from 5: with a spurious feature, or with a rare kind of image.</summary>
/// <param name="Agreement">Probability that the spurious attribute agrees with the label in training; null where a twentieth of the images is contrast-inverted instead.</param>
/// <param name="Strength">Distance of the spurious feature's two means.</param>
/// <param name="Seed">Of rows, noise and trainings.</param>
internal sealed record CurveSetting(double? Agreement, double Strength, int Seed)
{
    private const int TrainRows = 900, Pixels = 64, Extra = 4;
    private const double Noise = 0.5, RareShare = 0.05;

    public IReadOnlyList<SubpopulationPoint> Sweep(Digits digits, CancellationToken cancellation)
    {
        var random = RandomStream.For(Seed, "digits below five");
        int[] order = random.Permutation(digits.Train.Count + digits.Test.Count);
        var (train, test) = (order[..TrainRows], order[TrainRows..]);
        var (training, agreeing, opposed) = Agreement is { } agreement ? Spurious(digits, train, test, agreement, random) : Inverted(digits, train, test, random);
        return [.. SubpopulationSweep.Run(training, agreeing, opposed, new SweepOptions { Seed = Seed }, cancellation: cancellation).Select(point => point.Point)];
    }

    /// <summary>Four more features that carry an attribute: in the majority it is the label, in the minority its opposite, with the same noise.</summary>
    private (Dataset Train, Dataset Majority, Dataset Minority) Spurious(Digits digits, int[] train, int[] test, double agreement, RandomStream random)
    {
        Dataset With(int[] rows, Func<int, int> attribute, double[] noise) => Rows(digits, rows, Pixels + Extra, (row, position, values) =>
        {
            Image(digits, row).CopyTo(values);
            for (var j = 0; j < Extra; j++)
                values[Pixels + j] = (float)((2 * attribute(position) - 1) * Strength / 2 + noise[position * Extra + j]);
        });
        double[] NoiseOf(int[] rows) => [.. Enumerable.Range(0, rows.Length * Extra).Select(_ => Noise * random.NextGaussian())];
        var attributes = train.Select(row => random.NextDouble() < agreement ? Label(digits, row) : 1 - Label(digits, row)).ToArray();
        var (trainNoise, testNoise) = (NoiseOf(train), NoiseOf(test));
        return (With(train, i => attributes[i], trainNoise), With(test, i => Label(digits, test[i]), testNoise), With(test, i => 1 - Label(digits, test[i]), testNoise));
    }

    /// <summary>Some training images are contrast-inverted whatever their label; test images once as they are and once inverted.</summary>
    private static (Dataset Train, Dataset Majority, Dataset Minority) Inverted(Digits digits, int[] train, int[] test, RandomStream random)
    {
        Dataset With(int[] rows, Func<bool> isInverted) => Rows(digits, rows, Pixels, (row, _, values) =>
        {
            Image(digits, row).CopyTo(values);
            if (isInverted())
                foreach (ref var value in values)
                    value = 1 - value;
        });
        return (With(train, () => random.NextDouble() < RareShare), With(test, () => false), With(test, () => true));
    }

    private static Dataset Rows(Digits digits, int[] rows, int width, FillRow fill)
    {
        var features = new float[rows.Length * width];
        for (var i = 0; i < rows.Length; i++)
            fill(rows[i], i, features.AsSpan(i * width, width));
        return new Dataset(features, rows.Length, [], [width], rows.Select(row => Label(digits, row)).ToArray(), ["below 5", "from 5"]);
    }

    private static ReadOnlySpan<float> Image(Digits digits, int row) => row < digits.Train.Count ? digits.Train.Row(row) : digits.Test.Row(row - digits.Train.Count);

    private static int Label(Digits digits, int row) =>
        (row < digits.Train.Count ? digits.Train.Labels.Span[row] : digits.Test.Labels.Span[row - digits.Train.Count]) >= 5 ? 1 : 0;

    private delegate void FillRow(int row, int position, Span<float> values);
}
