using System.Numerics.Tensors;
using Ballast.Core;
using Ballast.Learning.Remedies;
using Ballast.Learning.Tabular;

namespace Ballast.Cli.Checks;

/// <summary>The learners that judge labels together, weighted half evenly and half by how well each explains the labels.</summary>
/// <param name="Members">The learners.</param>
internal sealed record LabelJudge(IReadOnlyList<IClassifier> Members)
{
    private const long JudgedCells = 1_500_000;
    private const int MostDivisions = 5;
    private const int Rounds = 200;

    // Learners that err differently rank suspects better together than the likelihood of each lets expect.
    private const double ShareEvenly = 0.5;
    private const double WrongLabels = 0.02;

    /// <summary>Out of fold without the suspects. On other folds other rows train a row's judge: the mean over several divisions ranks with less of their luck.</summary>
    public Predictions PredictWithout(bool[] suspects, Dataset data, int[] groups, int[] folds, int seed, IProgress<ProgressUpdate>? progress, CancellationToken cancellation)
    {
        var kept = Suspects.Drop(data, suspects);
        var steps = new FoldSteps { TransformTraining = (part, _) => Suspects.WithoutDropped(part) };
        var divisions = (int)Math.Clamp(JudgedCells / ((long)data.Count * data.Width * data.ClassCount), 1, MostDivisions);
        var means = Members.Select(_ => new double[data.Count * data.ClassCount]).ToArray();
        for (var division = 0; division < divisions; division++)
        {
            progress?.Report(new ProgressUpdate("predicting again without suspects", (double)division / divisions));
            var foldOfRow = division == 0 ? folds : Folds.StratifiedByGroup(data.Labels.Span, data.ClassCount, groups, folds.Max() + 1, seed + division);
            for (var m = 0; m < Members.Count; m++)
                TensorPrimitives.MultiplyAdd(CrossValidation.OutOfFold(Members[m], kept, foldOfRow, steps, cancellation: cancellation).Values, 1.0 / divisions, means[m], means[m]);
        }
        var weights = Weights(means, data.Labels.Span, data.ClassCount);
        var pooled = new double[data.Count * data.ClassCount];
        for (var m = 0; m < means.Length; m++)
            TensorPrimitives.MultiplyAdd(means[m], weights[m], pooled, pooled);
        // Weights that add to one by a rounding error too much must not look like faulty probabilities.
        TensorPrimitives.Min(pooled, 1.0, pooled);
        return new Predictions(pooled, data.ClassCount, data.RowIds);
    }

    // Weights of the linear pool of highest likelihood, by EM; the likelihood is concave. All labels count: what suspects leave over flatters learners that are too sure. As some labels are wrong,
    // each may be, so that no learner is ruled out by them.
    private static double[] Weights(double[][] probabilities, ReadOnlySpan<int> labels, int classes)
    {
        var weights = Enumerable.Repeat(1.0 / probabilities.Length, probabilities.Length).ToArray();
        var next = new double[weights.Length];
        for (var round = 0; round < Rounds; round++)
        {
            // One row's worth for each keeps a small table from deciding by a few rows.
            Array.Fill(next, 1);
            for (var i = 0; i < labels.Length; i++)
            {
                var at = (i * classes) + labels[i];
                var pooled = 0.0;
                for (var m = 0; m < weights.Length; m++)
                    pooled += weights[m] * OfGiven(probabilities[m][at]);
                for (var m = 0; m < weights.Length; m++)
                    next[m] += weights[m] * OfGiven(probabilities[m][at]) / pooled;
            }
            var total = next.Sum();
            for (var m = 0; m < weights.Length; m++)
                weights[m] = next[m] / total;
        }
        for (var m = 0; m < weights.Length; m++)
            weights[m] = (ShareEvenly / weights.Length) + ((1 - ShareEvenly) * weights[m]);
        return weights;

        double OfGiven(double ofTrue) => ((1 - WrongLabels) * ofTrue) + (WrongLabels * (1 - ofTrue) / (classes - 1));
    }
}
