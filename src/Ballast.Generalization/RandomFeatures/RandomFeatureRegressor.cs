using System.Numerics.Tensors;
using Ballast.Core;

namespace Ballast.Generalization.RandomFeatures;

/// <summary>Random-weight networks (random vector functional link, extreme learning machine): weights are drawn once and frozen, the last layer is one least-squares solve.</summary>
/// <remarks>Source: Li et al., ICML 2023, and the literature named there. Cost min(n N^2, N n^2), by singular value decomposition; with more units than rows the solution of least norm. Columns are never scaled: a dead unit would get a coefficient of 1e150.</remarks>
/// <param name="options">How; null for the defaults.</param>
public sealed class RandomFeatureRegressor(RandomFeatureOptions? options = null)
{
    private readonly RandomFeatureOptions options = options ?? new RandomFeatureOptions();

    /// <summary>Draws units and fits.</summary>
    /// <param name="x">[n, d], n at least 2.</param>
    /// <param name="y">[n, k].</param>
    /// <param name="outputs">k, 1 by default.</param>
    /// <exception cref="ArgumentException">Fewer than two rows, lengths that do not fit, or a number that is not finite; the message says which.</exception>
    public RandomFeatureModel Fit(ReadOnlySpan<double> x, ReadOnlySpan<double> y, int outputs = 1)
    {
        var width = CheckRows(x, y, outputs);
        return FitUnits(RandomUnits.Draw(options.Domain, options.Activation, options.Neurons, x, width, options.Seed), x, y, outputs);
    }

    /// <summary>Fits one-hot targets: <see cref="RandomFeatureModel.PredictClasses"/> then names the class.</summary>
    /// <param name="x">[n, d].</param>
    /// <param name="labels">[n] class indices.</param>
    /// <param name="classes">Number of classes, at least 2.</param>
    /// <exception cref="ArgumentException">As for <see cref="Fit"/>, or a label that is no class.</exception>
    public RandomFeatureModel FitClasses(ReadOnlySpan<double> x, ReadOnlySpan<int> labels, int classes)
    {
        Guard.InRange(classes, 2, int.MaxValue);
        var y = new double[labels.Length * classes];
        for (var i = 0; i < labels.Length; i++)
            y[i * classes + Guard.InRange(labels[i], 0, classes - 1, nameof(labels))] = 1;
        return Fit(x, y, classes);
    }

    /// <summary>Fits the last layer of given units.</summary>
    /// <inheritdoc cref="Fit" path="/exception"/>
    public RandomFeatureModel FitUnits(RandomUnits units, ReadOnlySpan<double> x, ReadOnlySpan<double> y, int outputs = 1)
    {
        ArgumentNullException.ThrowIfNull(units);
        if (CheckRows(x, y, outputs) != units.Width)
            throw new ArgumentException($"Rows of {x.Length / (y.Length / outputs)} numbers for units of {units.Width}.", nameof(x));
        var (rows, first) = (y.Length / outputs, options.Intercept == FeatureIntercept.Fitted ? 1 : 0);
        var columns = units.Count + first;
        var hidden = new double[checked(rows * columns)];
        units.Hidden(x, hidden, columns, first);
        for (var i = 0; first == 1 && i < rows; i++)
            hidden[i * columns] = 1;
        var (beta, residual, values) = LeastSquares.Solve(hidden, y.ToArray(), columns, outputs, options.Cutoff, options.Ridge);
        return new RandomFeatureModel(units, beta, outputs, first == 1, residual, values, options.Ridge is null ? options.Cutoff : 0);
    }

    internal static int CheckRows(ReadOnlySpan<double> x, ReadOnlySpan<double> y, int outputs)
    {
        var rows = y.Length / Guard.Positive(outputs);
        if (rows < 2 || y.Length % outputs != 0 || x.Length % rows != 0 || x.IsEmpty)
            throw new ArgumentException($"{x.Length} numbers of x and {y.Length} of y are no rows; at least 2 are needed.", nameof(y));
        if (!TensorPrimitives.IsFiniteAll(x))
            throw new ArgumentException("x holds a number that is not finite.", nameof(x));
        if (!TensorPrimitives.IsFiniteAll(y))
            throw new ArgumentException("y holds a number that is not finite.", nameof(y));
        return x.Length / rows;
    }
}
