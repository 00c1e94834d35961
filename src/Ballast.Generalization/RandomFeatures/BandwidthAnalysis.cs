using System.Numerics.Tensors;
using Ballast.Core;

namespace Ballast.Generalization.RandomFeatures;

/// <summary>Which range of random weights a data set needs, and which error a given range imposes however many units are added.</summary>
public static class BandwidthAnalysis
{
    /// <summary>The floor on the user's own data, in any dimension and for any activation: K_V(x, x') = E sigma(a.x - b) sigma(a.x' - b), estimated from many draws.</summary>
    /// <param name="x">[n, d].</param>
    /// <param name="y">[n].</param>
    /// <param name="domain">V.</param>
    /// <param name="activation">sigma.</param>
    /// <param name="options">Draws and rows; null for the defaults.</param>
    /// <exception cref="ArgumentException">Fewer than two rows, or a number that is not finite.</exception>
    public static FloorCurve FloorCurve(ReadOnlySpan<double> x, ReadOnlySpan<double> y, WeightDomain domain, FeatureActivation activation, BandwidthOptions? options = null)
    {
        options ??= new BandwidthOptions();
        var width = RandomFeatureRegressor.CheckRows(x, y, 1);
        var rows = y.Length <= options.FloorRows ? [.. Enumerable.Range(0, y.Length)] : RandomStream.For(options.Network.Seed, "floor rows").SampleWithoutReplacement(y.Length, options.FloorRows);
        var (xs, ys) = (Rows(x, width, rows), Rows(y, 1, rows));
        var units = RandomUnits.Draw(domain, activation, options.KernelDraws, x, width, options.Network.Seed);
        var hidden = units.Hidden(xs);
        var kernel = new double[rows.Length * rows.Length];
        Parallel.For(0, rows.Length, i =>
        {
            for (var j = 0; j <= i; j++)
                kernel[i * rows.Length + j] = kernel[j * rows.Length + i] =
                    TensorPrimitives.Dot<double>(hidden.AsSpan(i * units.Count, units.Count), hidden.AsSpan(j * units.Count, units.Count)) / units.Count;
        });
        return new FloorCurve(kernel, ys);
    }

    /// <summary>Error by cross-validation over a grid of ranges; the smallest within one standard error of the best is chosen.</summary>
    /// <param name="x">[n, d]; each column is brought to [-1, 1] first.</param>
    /// <param name="y">[n].</param>
    /// <param name="options">How; null for the defaults.</param>
    /// <param name="progress">Told of the share of ranges that are done.</param>
    /// <param name="cancellation">Stops the work.</param>
    /// <exception cref="ArgumentException">Fewer rows than folds, or a number that is not finite; an empty or unsorted grid.</exception>
    public static BandwidthReport SelectBandwidth(ReadOnlySpan<double> x, ReadOnlySpan<double> y, BandwidthOptions? options = null, IProgress<ProgressUpdate>? progress = null, CancellationToken cancellation = default)
    {
        options ??= new BandwidthOptions();
        var width = RandomFeatureRegressor.CheckRows(x, y, 1);
        if (y.Length < 2 * options.Folds)
            throw new ArgumentException($"{y.Length} rows for {options.Folds} folds; two a fold are needed at least.", nameof(y));
        if (options.Grid.Count == 0 || options.Grid.Zip(options.Grid.Skip(1)).Any(pair => pair.First >= pair.Second))
            throw new ArgumentException("The grid must hold ranges in ascending order.", nameof(options));
        var (standard, targets) = (Standardized(x, width), y.ToArray());
        var grid = options.Fixed is { } own ? options.Grid.Append(Guard.Positive(own)).Distinct().Order().ToArray() : [.. options.Grid];
        var curve = new BandwidthPoint[grid.Length];
        for (var i = 0; i < grid.Length; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            curve[i] = PointOf(grid[i], standard, targets, width, options);
            progress?.Report(new ProgressUpdate("choosing the range", (i + 1.0) / grid.Length));
        }
        var best = curve.MinBy(point => point.Error)!;
        var chosen = options.Fixed is { } range ? curve.Single(point => point.Range == range) : curve.First(point => point.Error <= best.Error + best.StandardError);
        return new BandwidthReport(curve, chosen, [.. Warnings(chosen, best, grid, options)]);
    }

    private static IEnumerable<BandwidthWarning> Warnings(BandwidthPoint chosen, BandwidthPoint best, double[] grid, BandwidthOptions options)
    {
        var domain = options.Network.Domain;
        if (options.Network.Activation == FeatureActivation.Relu && (domain.Kind == DomainKind.Centred || domain.BiasRange is null))
        {
            yield return BandwidthWarning.RangeWithoutEffect;
            yield break;
        }
        if (options.Fixed is null ? chosen.Range == grid[^1] : chosen.Floor > chosen.TrainError / 2)
            yield return BandwidthWarning.UnderBandlimited;
        if (chosen.Error > 2 * best.Error && chosen.TrainError < chosen.Error / 2)
            yield return BandwidthWarning.OverBandlimited;
    }

    private static BandwidthPoint PointOf(double range, double[] x, double[] y, int width, BandwidthOptions options)
    {
        var domain = options.Network.Domain with { Range = range };
        var (errors, trained, sizes) = (new List<double>(), 0.0, new List<double>());
        var order = RandomStream.For(options.Network.Seed, "bandwidth folds").Permutation(y.Length);
        for (var draw = 0; draw < options.Draws; draw++)
        {
            var regressor = new RandomFeatureRegressor(options.Network with { Domain = domain });
            var units = RandomUnits.Draw(domain, options.Network.Activation, options.Network.Neurons, x, width, options.Network.Seed + draw);
            for (var fold = 0; fold < options.Folds; fold++)
            {
                var (kept, held) = (order.Where((_, i) => i % options.Folds != fold).ToArray(), order.Where((_, i) => i % options.Folds == fold).ToArray());
                var model = regressor.FitUnits(units, Rows(x, width, kept), Rows(y, 1, kept));
                errors.Add(RootMeanSquare(model.Predict(Rows(x, width, held)), Rows(y, 1, held)));
                trained += model.ResidualNorm / Math.Sqrt(kept.Length) / (options.Draws * options.Folds);
                sizes.Add(model.CoefficientL1);
            }
        }
        var mean = errors.Average();
        var deviation = Math.Sqrt(errors.Sum(error => (error - mean) * (error - mean)) / (errors.Count - 1));
        var floor = FloorCurve(x, y, domain, options.Network.Activation, options);
        return new BandwidthPoint(
            range, mean, deviation / Math.Sqrt(errors.Count), trained, Math.Sqrt(floor.AtBudget(options.Budget).ResidualSquared / floor.Rows), sizes.Order().ElementAt(sizes.Count / 2),
            RandomUnits.Draw(domain, options.Network.Activation, options.Network.Neurons, x, width, options.Network.Seed).MedianNorm);
    }

    /// <summary>Root of the mean squared difference.</summary>
    internal static double RootMeanSquare(ReadOnlySpan<double> a, ReadOnlySpan<double> b) => TensorPrimitives.Distance(a, b) / Math.Sqrt(a.Length);

    // Constant columns become 0: they tell nothing.
    private static double[] Standardized(ReadOnlySpan<double> x, int width)
    {
        var scaled = x.ToArray();
        for (var j = 0; j < width; j++)
        {
            var (low, high) = (double.PositiveInfinity, double.NegativeInfinity);
            for (var i = j; i < scaled.Length; i += width)
                (low, high) = (Math.Min(low, scaled[i]), Math.Max(high, scaled[i]));
            for (var i = j; i < scaled.Length; i += width)
                scaled[i] = high > low ? 2 * (scaled[i] - low) / (high - low) - 1 : 0;
        }
        return scaled;
    }

    private static double[] Rows(ReadOnlySpan<double> values, int width, int[] rows)
    {
        var chosen = new double[rows.Length * width];
        for (var i = 0; i < rows.Length; i++)
            values.Slice(rows[i] * width, width).CopyTo(chosen.AsSpan(i * width));
        return chosen;
    }
}
