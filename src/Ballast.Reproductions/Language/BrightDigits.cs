using Ballast.Core;

namespace Ballast.Reproductions.Language;

/// <summary>Digits below and from 5 whose background is bright or dark, with a caption that mostly says which among things of no account.</summary>
/// <param name="Data">64 pixels; label: from 5; group: 2 label + brightness.</param>
/// <param name="Captions">One a row.</param>
internal sealed record BrightDigits(Dataset Data, string[] Captions)
{
    private const int TrainRows = 800, ValidationRows = 500, Pixels = 64;
    private const double TrainAgreement = 0.95, TestAgreement = 0.5, CaptionKept = 0.8;

    private static readonly string[][] backgrounds =
    [
        ["on a dark background", "with a dark backdrop", "dark paper behind it"],
        ["on a bright background", "with a bright backdrop", "bright paper behind it"],
    ];

    private static readonly string[][] irrelevant = [["thick pen", "thin pen"], ["lined paper", "plain paper"], ["black ink", "blue ink"], ["in a school", "in an office"]];

    /// <summary>Splits by a seeded permutation of all rows; brightness goes with the label in 95% of the training rows and in a share of the validation rows.</summary>
    public static (BrightDigits Train, BrightDigits Validation, BrightDigits Test) Split(Digits digits, double validationAgreement, int seed)
    {
        var order = RandomStream.For(seed, "bright digits").Permutation(digits.Train.Count + digits.Test.Count);
        var (first, second) = (TrainRows, TrainRows + ValidationRows);
        return (Part(digits, order[..first], TrainAgreement, seed, 0), Part(digits, order[first..second], validationAgreement, seed, 1), Part(digits, order[second..], TestAgreement, seed, 2));
    }

    private static BrightDigits Part(Digits digits, int[] rows, double agreement, int seed, int part)
    {
        var random = RandomStream.For(seed, "bright digits part", part);
        var (features, labels, groups, captions) = (new float[rows.Length * Pixels], new int[rows.Length], new int[rows.Length], new string[rows.Length]);
        for (var i = 0; i < rows.Length; i++)
        {
            var (source, row) = rows[i] < digits.Train.Count ? (digits.Train, rows[i]) : (digits.Test, rows[i] - digits.Train.Count);
            labels[i] = source.Labels.Span[row] >= 5 ? 1 : 0;
            var bright = random.NextDouble() < agreement ? labels[i] : 1 - labels[i];
            groups[i] = 2 * labels[i] + bright;
            for (var j = 0; j < Pixels; j++)
                features[i * Pixels + j] = (float)Math.Clamp(0.8 * source.Row(row)[j] + 0.25 * bright + 0.08 * random.NextGaussian(), 0, 1.5);
            captions[i] = Caption(bright, random);
        }
        return new BrightDigits(new Dataset(features, rows.Length, [], [Pixels], labels, ["low", "high"], groups: groups, groupNames: ["low dark", "low bright", "high dark", "high bright"], rowIds: rows), captions);
    }

    private static string Caption(int bright, RandomStream random)
    {
        var parts = irrelevant.Select(values => values[random.Next(2)]).ToList();
        var background = backgrounds[bright][random.Next(3)];
        if (random.NextDouble() < CaptionKept)
            parts.Add(background);
        string[] shuffled = [.. parts];
        random.Shuffle(shuffled.AsSpan());
        return $"a scan of a numeral, {string.Join(", ", shuffled)}";
    }
}
