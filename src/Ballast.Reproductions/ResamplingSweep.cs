using Ballast.Core;
using Ballast.Data.Resampling;
using Ballast.Learning.Tabular;
using ClassWeights = Ballast.Data.Resampling.ClassWeights;

namespace Ballast.Reproductions;

/// <summary>Area under the ROC convex hull of each way to favour a rare class.</summary>
/// <param name="Under">Under-sampling alone.</param>
/// <param name="Smote">SMOTE 500% and under-sampling.</param>
/// <param name="Fractions">The same without rounding whole-number columns.</param>
/// <param name="LossRatio">Weights of the rare class.</param>
/// <param name="Priors">Gaussian naive Bayes with multiplied priors.</param>
internal sealed record SweepAreas(double Under, double Smote, double Fractions, double LossRatio, double Priors);

/// <summary>The comparison of Chawla et al. (2002), section 5: each amount of resampling gives one operating point, averaged over five folds; hulls are compared.</summary>
internal static class ResamplingSweep
{
    private const int FoldCount = 5;

    private static readonly double[] amounts = [5, 10, 25, 50, 100, 200, 300, 500, 800, 1000, 2000];
    private static readonly double[] ratios = [1, 2, 3, 5, 7, 10, 15, 20, 30, 50];

    /// <summary>Runs the sweep on rows whose class 1 is the rare one.</summary>
    public static SweepAreas Run(Dataset data, int seed, CancellationToken cancellation)
    {
        var foldOfRow = Folds.Stratified(data.Labels.Span, 2, FoldCount, seed);
        var folds = new RocPoint[FoldCount][][];
        Parallel.For(0, FoldCount, new ParallelOptions { CancellationToken = cancellation }, fold => folds[fold] = Points(data, foldOfRow, fold, seed, cancellation));
        double Area(int way) => RocHull.Auc(Enumerable.Range(0, folds[0][way].Length).Select(amount => new RocPoint(
            folds.Average(fold => fold[way][amount].FalsePositiveRate), folds.Average(fold => fold[way][amount].TruePositiveRate))));
        return new SweepAreas(Area(0), Area(1), Area(2), Area(3), Area(4));
    }

    private static RocPoint[][] Points(Dataset data, int[] foldOfRow, int fold, int seed, CancellationToken cancellation)
    {
        var rows = Enumerable.Range(0, data.Count);
        var test = data.Select([.. rows.Where(i => foldOfRow[i] == fold)]);
        var train = data.Select([.. rows.Where(i => foldOfRow[i] != fold)]);
        (train, test) = Imputed(train, test);
        var drawSeed = seed * FoldCount + fold;
        Dataset Grown(bool round) => new Smote(new SmoteOptions
        {
            Target = ResamplingTarget.Percentage(500, minority: 1),
            RoundIntegerColumns = round,
            Standardize = Standardize.Off,
            Seed = drawSeed,
        }).Resample(train, cancellation).Dataset;

        RocPoint[] Swept(Dataset grown) => Array.ConvertAll(amounts, amount =>
        {
            cancellation.ThrowIfCancellationRequested();
            var sampled = new RandomUnderSampler(ResamplingTarget.Percentage(amount, minority: 1), drawSeed).Resample(grown, cancellation).Dataset;
            var tree = GiniTree.Fit(sampled, rare: 1);
            return PointOf(test, i => tree.Decide(test.Row(i)));
        });

        var weighted = Array.ConvertAll(ratios, ratio =>
        {
            var tree = GiniTree.Fit(ClassWeights.Apply(train, ClassWeights.LossRatio(2, 1, ratio)), rare: 1);
            return PointOf(test, i => tree.Decide(test.Row(i)));
        });
        var bayes = new PriorSweep(train, rare: 1);
        var odds = Enumerable.Range(0, test.Count).Select(i => bayes.LogOdds(test.Row(i))).ToArray();
        var priors = Array.ConvertAll(ratios, ratio => PointOf(test, i => odds[i] > -Math.Log(ratio)));
        return [Swept(train), Swept(Grown(round: true)), Swept(Grown(round: false)), weighted, priors];
    }

    private static RocPoint PointOf(Dataset test, Func<int, bool> decide)
    {
        var (hits, rare, alarms) = (0, 0, 0);
        for (var i = 0; i < test.Count; i++)
        {
            var isRare = test.Labels.Span[i] == 1;
            rare += isRare ? 1 : 0;
            if (!decide(i))
                continue;
            hits += isRare ? 1 : 0;
            alarms += isRare ? 0 : 1;
        }
        return new RocPoint((double)alarms / (test.Count - rare), (double)hits / rare);
    }

    // Missing values become the training part's median.
    private static (Dataset Train, Dataset Test) Imputed(Dataset train, Dataset test)
    {
        var medians = new float[train.Width];
        for (var j = 0; j < medians.Length; j++)
        {
            var known = Enumerable.Range(0, train.Count).Select(i => train.Row(i)[j]).Where(float.IsFinite).Order().ToArray();
            medians[j] = (known[(known.Length - 1) / 2] + known[known.Length / 2]) / 2;
        }
        return (Filled(train), Filled(test));

        Dataset Filled(Dataset rows)
        {
            var features = rows.Features.ToArray();
            for (var i = 0; i < features.Length; i++)
                if (!float.IsFinite(features[i]))
                    features[i] = medians[i % medians.Length];
            return new Dataset(features, rows.Count, rows.Columns, labels: rows.Labels, classNames: rows.ClassNames, rowIds: rows.RowIds);
        }
    }
}
