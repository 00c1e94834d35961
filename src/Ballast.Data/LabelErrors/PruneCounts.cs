using Ballast.Core;

namespace Ballast.Data.LabelErrors;

/// <summary>How many rows the prune filters take from each pair of classes (step 7): R[true, given], the transpose of the calibrated joint.</summary>
internal static class PruneCounts
{
    /// <summary>R with at least <see cref="LabelIssueOptions.MinExamplesPerClass"/> right rows a class and <see cref="LabelIssueOptions.FracNoise"/> of the noise.</summary>
    public static int[,] From(int[,] calibrated, LabelIssueOptions options)
    {
        var classes = calibrated.GetLength(0);
        var prune = new int[classes, classes];
        for (var given = 0; given < classes; given++)
        {
            var nonzero = 0;
            for (var truth = 0; truth < classes; truth++)
                nonzero += calibrated[given, truth] != 0 ? 1 : 0;
            var diagonal = Math.Max(calibrated[given, given], options.MinExamplesPerClass);
            var decrease = (diagonal - calibrated[given, given]) / Math.Max(nonzero - 1.0, 1);

            double before = 0, after = 0;
            for (var truth = 0; truth < classes; truth++)
            {
                if (truth == given)
                    continue;
                var kept = Math.Max(calibrated[given, truth] - decrease, 0);
                before += kept;
                after += kept * options.FracNoise;
                prune[truth, given] = (int)(kept * options.FracNoise);
            }
            prune[given, given] = (int)(diagonal + (before - after));
        }
        return prune;
    }

    /// <summary>Rescales each column of R so that just the wanted rows of its class are taken; warns of classes without estimated noise.</summary>
    /// <exception cref="ArgumentException">Not one number a class, or one outside 0..count-1.</exception>
    public static int[,] WithCustomTotals(int[,] prune, IReadOnlyList<int> toRemove, ReadOnlySpan<int> givenCounts, List<string> warnings)
    {
        var classes = givenCounts.Length;
        Guard.SameLength(classes, toRemove.Count, "the number of classes", nameof(LabelIssueOptions.NumToRemovePerClass));
        var scaled = new int[classes, classes];
        var column = new double[classes];
        for (var given = 0; given < classes; given++)
        {
            var wanted = toRemove[given];
            if (wanted < 0 || (wanted > 0 && wanted >= givenCounts[given]))
                throw new ArgumentException($"Class {given}: {wanted} rows cannot be removed of {givenCounts[given]}; at least one must stay.", nameof(toRemove));
            var noise = 0L;
            for (var truth = 0; truth < classes; truth++)
                noise += truth == given ? 0 : prune[truth, given];
            if (noise == 0 && wanted > 0)
                warnings.Add($"Class {given}: no noise was estimated, so only the filter by class can take the {wanted} rows asked for.");
            for (var truth = 0; truth < classes; truth++)
                column[truth] = truth == given ? givenCounts[given] - wanted : noise == 0 ? 0 : prune[truth, given] * ((double)wanted / noise);
            var rounded = RoundedSums.Round(column);
            for (var truth = 0; truth < classes; truth++)
                scaled[truth, given] = rounded[truth];
        }
        return scaled;
    }
}
