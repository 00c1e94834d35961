using Ballast.Core;
using Ballast.Evaluation.Slices;
using Ballast.Evaluation.Slices.Language;

namespace Ballast.Tests.Evaluation.Slices;

/// <summary>A model of two kinds of chest that gets the sick ones right where a tube shows, and the reports that mention it.</summary>
internal static class LeaningModel
{
    public static readonly string[] ClassNames = ["healthy", "sick"];

    private static readonly string[][] others = [["upright view", "lying view"], ["sharp image", "noisy image"], ["morning round", "evening round"]];

    /// <param name="seed">Of rows and words.</param>
    /// <param name="count">Rows.</param>
    /// <param name="reliance">Accuracy of sick rows with the tube less that of sick rows without.</param>
    public static LadderInput Rows(int seed, int count = 600, double reliance = 0.6)
    {
        var random = RandomStream.For(seed, "leaning model");
        var (labels, predictions, representations, texts) = (new int[count], new int[count], new double[count * 6], new string[count]);
        for (var i = 0; i < count; i++)
        {
            labels[i] = random.Next(2);
            var tube = random.Next(2) == 1;
            var rate = labels[i] == 1 ? (tube ? 0.95 : 0.95 - reliance) : 0.85;
            predictions[i] = random.NextDouble() < rate ? labels[i] : 1 - labels[i];
            int[] said = [random.Next(2), random.Next(2), random.Next(2)];
            double[] signals = [labels[i], tube ? 1 : 0, said[0], said[1], said[2], 0];
            for (var j = 0; j < 6; j++)
                representations[i * 6 + j] = signals[j] + 0.3 * random.NextGaussian();
            texts[i] = $"Report of a chest. {(tube ? "A tube is seen" : "Nothing else is seen")}, {string.Join(", ", others.Index().Select(pair => pair.Item[said[pair.Index]]))}.";
        }
        return new LadderInput(new SliceInput(labels, predictions, representations, ClassNames, texts));
    }

    public static Task<LadderReport> Find(LadderInput input, LadderOptions? options = null, CancellationToken cancellation = default) =>
        new Ladder(options ?? new LadderOptions { Percentile = 50 }).FindAsync(input, cancellation: cancellation);
}
