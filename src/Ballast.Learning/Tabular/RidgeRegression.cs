using System.Numerics.Tensors;
using Ballast.Core;

namespace Ballast.Learning.Tabular;

/// <summary>Linear regression with an L2 penalty.</summary>
/// <remarks>
/// Minimises sum_i w_i (t_i - b - x_i w)^2 + penalty |w|^2 over the columns of a <see cref="DesignEncoding"/>, the intercept b unpenalised. Solved by
/// conjugate gradients on the normal equations (Golub and Van Loan, algorithm 11.3.3, with the diagonal as preconditioner) without forming them; centring stands for the intercept.
/// </remarks>
/// <param name="penalty">Strength of the penalty. Above 0.</param>
public sealed class RidgeRegression(double penalty = 1) : IRegressor
{
    /// <summary>Strength of the penalty.</summary>
    public double Penalty { get; } = Guard.Positive(penalty);

    /// <inheritdoc/>
    public string Name => "ridge regression";

    /// <inheritdoc/>
    public ITrainedRegressor Fit(Dataset train, Dataset? validation = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(train);
        cancellation.ThrowIfCancellationRequested();
        var targets = TrainingTargets.Of(train);
        var rows = targets.Rows.Length == train.Count ? train : train.Select(targets.Rows);
        float[] weights = rows.Weights.IsEmpty ? [.. Enumerable.Repeat(1f, rows.Count)] : rows.Weights.ToArray();
        var encoding = DesignEncoding.Learn(rows, weights);
        var equations = new NormalEquations(encoding.Apply(rows), Array.ConvertAll(weights, weight => (double)weight), Penalty);

        var centred = new double[rows.Count];
        TensorPrimitives.Subtract(rows.Targets.Span, targets.Mean, centred);
        var coefficients = equations.Solve(centred, cancellation);
        var intercept = targets.Mean - TensorPrimitives.Dot<double>(equations.Means, coefficients);
        return new TrainedRidgeRegression(train.Columns, train.Width, encoding, coefficients, intercept);
    }

    /// <summary>(X_c' D X_c + penalty I) w = X_c' D t, where X_c is X less its weighted column means.</summary>
    private sealed class NormalEquations
    {
        private readonly DesignMatrix matrix;
        private readonly double[] weights, diagonal;
        private readonly double penalty;

        internal NormalEquations(DesignMatrix matrix, double[] weights, double penalty)
        {
            (this.matrix, this.weights, this.penalty) = (matrix, weights, penalty);
            (Means, diagonal) = (new double[matrix.Width], new double[matrix.Width]);
            var total = TensorPrimitives.Sum<double>(weights);
            ForEachBlock((block, own) => matrix.AddTransposeMultiply(block, own, Means));
            TensorPrimitives.Divide(Means, total, Means);
            // Encoded columns are standardised or 0/1: either way the mean square is known from the mean.
            for (var j = 0; j < diagonal.Length; j++)
                diagonal[j] = penalty + total * (j < matrix.StandardisedColumns ? 1 : Means[j] * (1 - Means[j]));
        }

        internal double[] Means { get; }

        internal double[] Solve(ReadOnlySpan<double> targets, CancellationToken cancellation)
        {
            var solution = new double[matrix.Width];
            var residual = TransposeTimes(targets.ToArray());
            var (scaled, direction) = (new double[matrix.Width], new double[matrix.Width]);
            TensorPrimitives.Divide<double>(residual, diagonal, scaled);
            scaled.CopyTo(direction, 0);
            var squared = TensorPrimitives.Dot<double>(residual, scaled);
            var goal = squared * 1e-24;
            for (var iteration = 0; iteration < 10 * matrix.Width && squared > goal; iteration++)
            {
                cancellation.ThrowIfCancellationRequested();
                var image = Apply(direction);
                var step = squared / TensorPrimitives.Dot<double>(direction, image);
                TensorPrimitives.MultiplyAdd<double>(direction, step, solution, solution);
                TensorPrimitives.MultiplyAdd<double>(image, -step, residual, residual);
                TensorPrimitives.Divide<double>(residual, diagonal, scaled);
                var next = TensorPrimitives.Dot<double>(residual, scaled);
                TensorPrimitives.MultiplyAdd<double>(direction, next / squared, scaled, direction);
                squared = next;
            }
            return solution;
        }

        private double[] Apply(double[] direction)
        {
            var shift = TensorPrimitives.Dot<double>(Means, direction);
            var images = new double[matrix.Count];
            for (var block = 0; block < matrix.Blocks; block++)
            {
                var own = images.AsSpan(matrix.BlockStart(block)..matrix.BlockStart(block + 1));
                matrix.Multiply(block, direction, own);
                TensorPrimitives.Subtract(own, shift, own);
            }
            var result = TransposeTimes(images);
            TensorPrimitives.MultiplyAdd<double>(direction, penalty, result, result);
            return result;
        }

        // X_c' D v, v overwritten.
        private double[] TransposeTimes(double[] values)
        {
            var result = new double[matrix.Width];
            TensorPrimitives.Multiply<double>(values, weights, values);
            for (var block = 0; block < matrix.Blocks; block++)
                matrix.AddTransposeMultiply(block, values.AsSpan(matrix.BlockStart(block)..matrix.BlockStart(block + 1)), result);
            TensorPrimitives.MultiplyAdd<double>(Means, -TensorPrimitives.Sum<double>(values), result, result);
            return result;
        }

        private void ForEachBlock(Action<int, double[]> work)
        {
            for (var block = 0; block < matrix.Blocks; block++)
                work(block, weights[matrix.BlockStart(block)..matrix.BlockStart(block + 1)]);
        }
    }
}

/// <summary>Ridge regression that predicts real values.</summary>
public sealed class TrainedRidgeRegression : ITrainedRegressor
{
    private readonly double[] coefficients;

    internal TrainedRidgeRegression(IReadOnlyList<FeatureColumn> columns, int width, DesignEncoding encoding, double[] coefficients, double intercept) =>
        (Columns, Width, Encoding, this.coefficients, Intercept) = (columns, width, encoding, coefficients, intercept);

    /// <inheritdoc/>
    public IReadOnlyList<FeatureColumn> Columns { get; }

    /// <summary>From features to matrix columns.</summary>
    public DesignEncoding Encoding { get; }

    /// <summary>p coefficients of the matrix columns.</summary>
    public ReadOnlySpan<double> Coefficients => coefficients;

    /// <summary>The value where every matrix column is 0.</summary>
    public double Intercept { get; }

    /// <summary>Features d of the training set.</summary>
    internal int Width { get; }

    /// <inheritdoc/>
    public double[] Predict(Dataset data)
    {
        ArgumentNullException.ThrowIfNull(data);
        TableShape.Require(Columns, Width, data);
        var matrix = Encoding.Apply(data);
        var values = new double[data.Count];
        Parallel.For(0, matrix.Blocks, block =>
        {
            var own = values.AsSpan(matrix.BlockStart(block)..matrix.BlockStart(block + 1));
            matrix.Multiply(block, coefficients, own);
            TensorPrimitives.Add(own, Intercept, own);
        });
        return values;
    }
}
