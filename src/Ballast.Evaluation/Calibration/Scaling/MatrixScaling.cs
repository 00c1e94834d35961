using Ballast.Core;
using Ballast.Numerics.Optimization;
using Ballast.Numerics.Sampling;

namespace Ballast.Evaluation.Calibration.Scaling;

/// <summary>Matrix scaling and Dirichlet calibration: softmax(W z + b) by penalised likelihood (LBFGS), penalties chosen by cross-validation.</summary>
/// <remarks>
/// Source: Guo et al., ICML 2017 (z the logits), and Kull et al., "Beyond temperature scaling: obtaining well-calibrated multi-class probabilities with Dirichlet calibration",
/// NeurIPS 2019 (z = log p), with their off-diagonal and intercept penalty: mean NLL + lambda sum_{i != j} w_ij^2 / (K (K - 1)) + mu sum b_k^2 / K. First lambda is chosen with mu = lambda,
/// then mu. May change the predicted class. Fits K (K + 1) numbers: wants many rows a class.
/// </remarks>
public sealed class MatrixScaling(LogitInput input = LogitInput.AsGiven, int seed = 0) : LogitRecalibrator
{
    private const int FoldCount = 3;
    private const double Tolerance = 1e-6;
    private const int MaximumIterations = 200;

    /// <summary>To rank penalties a rougher minimum does.</summary>
    private const double ChoosingTolerance = 1e-4;

    /// <summary>What lambda and mu are chosen from, strong to weak: each fit starts where the one before ended.</summary>
    private static readonly double[] s_penalties = [100, 1, 1e-2, 1e-4];

    /// <inheritdoc/>
    public override string Name => input == LogitInput.AsGiven ? "matrix scaling" : "Dirichlet calibration";

    /// <inheritdoc/>
    public override ITrainedRecalibrator Fit(Predictions predictions, ReadOnlySpan<int> labels, CancellationToken cancellation = default) =>
        Fit(Logits.From(predictions), labels, onLogProbabilities: true, cancellation);

    /// <inheritdoc/>
    public override LogitMap Fit(Logits logits, ReadOnlySpan<int> labels, CancellationToken cancellation = default) =>
        Fit(logits, labels, onLogProbabilities: input == LogitInput.LogProbabilities, cancellation);

    /// <summary>The map for given penalties.</summary>
    /// <param name="logits">n x K scores.</param>
    /// <param name="labels">n classes 0..K-1.</param>
    /// <param name="offDiagonal">lambda, at least 0.</param>
    /// <param name="intercept">mu, at least 0.</param>
    /// <param name="cancellation">Stops the work.</param>
    public MatrixMap Fit(Logits logits, ReadOnlySpan<int> labels, double offDiagonal, double intercept, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(logits);
        LabelledRows.Check(labels, logits.Count, logits.Classes);
        var onLogProbabilities = input == LogitInput.LogProbabilities;
        var point = Identity(logits.Classes);
        Minimize((onLogProbabilities ? logits.Normalised() : logits).Values.ToArray(), labels.ToArray(), logits.Classes, Guard.NotNegative(offDiagonal), Guard.NotNegative(intercept), point, Tolerance, cancellation);
        return ToMap(point, logits.Classes, onLogProbabilities);
    }

    private MatrixMap Fit(Logits logits, ReadOnlySpan<int> labels, bool onLogProbabilities, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(logits);
        LabelledRows.Check(labels, logits.Count, logits.Classes);
        var (values, y, classes) = ((onLogProbabilities ? logits.Normalised() : logits).Values.ToArray(), labels.ToArray(), logits.Classes);
        var (lambda, mu) = Choose(values, y, classes, cancellation);
        var point = Identity(classes);
        Minimize(values, y, classes, lambda, mu, point, Tolerance, cancellation);
        return ToMap(point, classes, onLogProbabilities);
    }

    private (double Lambda, double Mu) Choose(double[] values, int[] labels, int classes, CancellationToken cancellation)
    {
        if (labels.Length < 2 * FoldCount)
            return (s_penalties[0], s_penalties[0]);
        var folds = StratifiedFolds.Assign(labels, classes, FoldCount, seed);
        (double, double)[] together = [.. s_penalties.Select(penalty => (penalty, penalty))];
        var (lambda, _) = together[Best(together)];
        (double, double)[] apart = [.. s_penalties.Select(penalty => (lambda, penalty))];
        return apart[Best(apart)];

        int Best((double Lambda, double Mu)[] grid)
        {
            var losses = new double[grid.Length];
            for (var f = 0; f < FoldCount; f++)
            {
                var (fitting, fittingLabels) = Rows(fold => fold != f);
                var (held, heldLabels) = Rows(fold => fold == f);
                var loss = new AffineLoss(held, heldLabels, classes);
                var (point, unused) = (Identity(classes), new double[classes * (classes + 1)]);
                for (var g = 0; g < grid.Length; g++)
                {
                    Minimize(fitting, fittingLabels, classes, grid[g].Lambda, grid[g].Mu, point, ChoosingTolerance, cancellation);
                    losses[g] += heldLabels.Length * loss.Evaluate(point.AsSpan(0, classes * classes), point.AsSpan(classes * classes), unused);
                }
            }
            return Array.IndexOf(losses, losses.Min());
        }

        (double[] Values, int[] Labels) Rows(Func<int, bool> of)
        {
            int[] rows = [.. Enumerable.Range(0, labels.Length).Where(i => of(folds[i]))];
            var picked = new double[rows.Length * classes];
            for (var i = 0; i < rows.Length; i++)
                values.AsSpan(rows[i] * classes, classes).CopyTo(picked.AsSpan(i * classes));
            return (picked, [.. rows.Select(i => labels[i])]);
        }
    }

    private static void Minimize(double[] values, int[] labels, int classes, double lambda, double mu, double[] point, double tolerance, CancellationToken cancellation)
    {
        var loss = new AffineLoss(values, labels, classes);
        var square = classes * classes;
        var (forWeights, forBias) = (classes > 1 ? lambda / (classes * (classes - 1)) : 0, mu / classes);
        var slopes = new double[square + classes];
        Lbfgs.Minimize((at, gradient) =>
        {
            var value = loss.Evaluate(at[..square], at[square..], slopes);
            slopes.CopyTo(gradient);
            for (var j = 0; j < at.Length; j++)
            {
                var penalty = j >= square ? forBias : j % (classes + 1) == 0 ? 0 : forWeights;
                value += penalty * at[j] * at[j];
                gradient[j] += 2 * penalty * at[j];
            }
            return value;
        }, point, tolerance, MaximumIterations, cancellation);
    }

    private static double[] Identity(int classes)
    {
        var point = new double[classes * (classes + 1)];
        for (var k = 0; k < classes; k++)
            point[k * classes + k] = 1;
        return point;
    }

    private static MatrixMap ToMap(double[] point, int classes, bool onLogProbabilities) =>
        new(point[..(classes * classes)], point[(classes * classes)..], onLogProbabilities);
}
