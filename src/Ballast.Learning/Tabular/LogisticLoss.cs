using System.Numerics.Tensors;
using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.LinearAlgebra.Factorization;

namespace Ballast.Learning.Tabular;

/// <summary>The penalised log loss over a design matrix, with its gradient. Coefficients lie output by output: p of the columns, then the intercept.</summary>
/// <remarks>Row blocks are summed in fixed runs and the runs in order, so that threads cannot change a bit of the result.</remarks>
internal sealed class LogisticLoss
{
    /// <summary>Partial sums at most: enough to keep cores busy, few enough to hold.</summary>
    private const int MaximumRuns = 16;

    private const int WidestPreconditioner = 1000;

    private readonly DesignMatrix matrix;
    private readonly int[] labels;
    private readonly double[] weights;
    private readonly int classes, outputs, runs;
    private readonly double penalty;
    private readonly double[][] partialGradients;
    private readonly double[] partialLosses;

    internal LogisticLoss(DesignMatrix matrix, int[] labels, float[] weights, int classes, double c)
    {
        (this.matrix, this.classes, penalty) = (matrix, classes, 1 / c);
        this.labels = labels;
        this.weights = Array.ConvertAll(weights, weight => (double)weight);
        outputs = Outputs(classes);
        runs = Math.Clamp(matrix.Blocks, 1, MaximumRuns);
        partialLosses = new double[runs];
        partialGradients = [.. Enumerable.Range(0, runs).Select(_ => new double[Size])];
    }

    /// <summary>Parameters of the loss: p + 1 for each output.</summary>
    internal int Size => outputs * (matrix.Width + 1);

    /// <summary>The Hessian at <paramref name="point"/>: blocks [X 1]' D_kl [X 1] with D_kl = w p_k ([k = l] - p_l), and the penalty.</summary>
    internal Matrix<double> Hessian(double[] point)
    {
        var probabilities = Probabilities(matrix, point, classes);
        var (size, first) = (matrix.Width + 1, classes - outputs);
        var hessian = Matrix<double>.Build.Dense(Size, Size);
        var products = new double[matrix.Count];
        for (var k = 0; k < outputs; k++)
            for (var l = 0; l <= k; l++)
            {
                for (var i = 0; i < products.Length; i++)
                    products[i] = weights[i] * probabilities[i * classes + first + k] * ((k == l ? 1 : 0) - probabilities[i * classes + first + l]);
                var block = matrix.Gram(products);
                for (var a = 0; a < size; a++)
                    for (var b = 0; b < size; b++)
                        hessian[k * size + a, l * size + b] = hessian[l * size + b, k * size + a] = block[a, b];
            }
        // Softmax does not feel a shift of all intercepts, which leaves the Hessian singular: a trace of penalty on the intercepts chooses the step without shift.
        var trace = 1e-10 * TensorPrimitives.Sum<double>(weights);
        for (var j = 0; j < Size; j++)
            hessian[j, j] += j % size == matrix.Width ? trace : penalty;
        return hessian;
    }

    /// <summary>
    /// An approximate inverse Hessian: that of the start, without what couples the outputs, s_k (1 - s_k) [X 1]' D [X 1] + I/C. It takes most of the
    /// correlation of features away, which otherwise costs the optimiser many steps. Null for tables so wide that the matrix would cost more than it saves.
    /// </summary>
    internal Action<double[]>? Preconditioner(ReadOnlySpan<double> shares)
    {
        if (matrix.Width > WidestPreconditioner)
            return null;
        var gram = Matrix<double>.Build.DenseOfArray(matrix.Gram(weights));
        var (size, factors) = (matrix.Width + 1, new Cholesky<double>[outputs]);
        for (var k = 0; k < outputs; k++)
        {
            var hessian = gram * (shares[k] * (1 - shares[k]));
            for (var j = 0; j < matrix.Width; j++)
                hessian[j, j] += penalty;
            factors[k] = hessian.Cholesky();
        }
        return vector =>
        {
            for (var k = 0; k < outputs; k++)
                factors[k].Solve(Vector<double>.Build.DenseOfArray(vector[(k * size)..((k + 1) * size)])).AsArray().CopyTo(vector, k * size);
        };
    }

    /// <summary>Zero coefficients with the intercepts that give the class shares.</summary>
    internal double[] Start(ReadOnlySpan<double> shares)
    {
        var start = new double[Size];
        for (var k = 0; k < outputs; k++)
            start[k * (matrix.Width + 1) + matrix.Width] = outputs == 1 ? Math.Log(shares[1] / shares[0]) : Math.Log(shares[k]);
        return start;
    }

    /// <summary>The loss at <paramref name="point"/> and its gradient.</summary>
    internal double Evaluate(ReadOnlySpan<double> point, Span<double> gradient)
    {
        var coefficients = point.ToArray();
        Parallel.For(0, runs, run =>
        {
            partialGradients[run].AsSpan().Clear();
            partialLosses[run] = 0;
            Span<double> logits = new double[classes * matrix.BlockStart(1)];
            for (var block = run * matrix.Blocks / runs; block < (run + 1) * matrix.Blocks / runs; block++)
                partialLosses[run] += AddBlock(block, coefficients, logits, partialGradients[run]);
        });
        gradient.Clear();
        foreach (var partial in partialGradients)
            TensorPrimitives.Add(gradient, partial, gradient);
        var loss = partialLosses.Sum();
        for (var k = 0; k < outputs; k++)
        {
            var slopes = coefficients.AsSpan(k * (matrix.Width + 1), matrix.Width);
            var sums = gradient.Slice(k * (matrix.Width + 1), matrix.Width);
            loss += penalty / 2 * TensorPrimitives.SumOfSquares<double>(slopes);
            TensorPrimitives.MultiplyAdd(slopes, penalty, sums, sums);
        }
        return loss;
    }

    /// <summary>n x classes probabilities.</summary>
    internal static double[] Probabilities(DesignMatrix matrix, double[] coefficients, int classes)
    {
        var probabilities = new double[matrix.Count * classes];
        Parallel.For(0, matrix.Blocks, block =>
        {
            var (start, rows) = (matrix.BlockStart(block), matrix.BlockStart(block + 1) - matrix.BlockStart(block));
            Span<double> logits = new double[classes * rows];
            Logits(matrix, block, coefficients, classes, logits);
            LogSumExp(logits, rows, classes, stackalloc double[rows]);
            for (var i = 0; i < rows; i++)
                for (var k = 0; k < classes; k++)
                    probabilities[(start + i) * classes + k] = logits[k * rows + i];
        });
        return probabilities;
    }

    private static int Outputs(int classes) => classes == 2 ? 1 : classes;

    // logits: classes x rows, class after class; with two classes the first one's are 0.
    private static void Logits(DesignMatrix matrix, int block, double[] coefficients, int classes, Span<double> logits)
    {
        var (rows, outputs) = (matrix.BlockStart(block + 1) - matrix.BlockStart(block), Outputs(classes));
        if (outputs < classes)
            logits[..rows].Clear();
        for (var k = 0; k < outputs; k++)
        {
            var own = coefficients.AsSpan(k * (matrix.Width + 1), matrix.Width + 1);
            var target = logits.Slice((k + classes - outputs) * rows, rows);
            matrix.Multiply(block, own[..^1], target);
            TensorPrimitives.Add(target, own[^1], target);
        }
    }

    // Turns logits into probabilities; writes log(sum exp(logits)) a row.
    private static void LogSumExp(Span<double> logits, int rows, int classes, Span<double> logSums)
    {
        Span<double> maxima = stackalloc double[rows];
        logits[..rows].CopyTo(maxima);
        for (var k = 1; k < classes; k++)
            TensorPrimitives.Max(maxima, logits.Slice(k * rows, rows), maxima);
        logSums.Clear();
        for (var k = 0; k < classes; k++)
        {
            var own = logits.Slice(k * rows, rows);
            TensorPrimitives.Subtract(own, maxima, own);
            TensorPrimitives.Exp<double>(own, own);
            TensorPrimitives.Add(logSums, own, logSums);
        }
        for (var k = 0; k < classes; k++)
            TensorPrimitives.Divide(logits.Slice(k * rows, rows), logSums, logits.Slice(k * rows, rows));
        TensorPrimitives.Log<double>(logSums, logSums);
        TensorPrimitives.Add(logSums, maxima, logSums);
    }

    private double AddBlock(int block, double[] coefficients, Span<double> buffer, double[] gradient)
    {
        var (start, rows) = (matrix.BlockStart(block), matrix.BlockStart(block + 1) - matrix.BlockStart(block));
        var logits = buffer[..(classes * rows)];
        Logits(matrix, block, coefficients, classes, logits);
        var own = labels.AsSpan(start, rows);
        var weight = weights.AsSpan(start, rows);
        Span<double> losses = stackalloc double[rows], chosen = stackalloc double[rows];
        for (var i = 0; i < rows; i++)
            chosen[i] = logits[own[i] * rows + i];
        LogSumExp(logits, rows, classes, losses);
        TensorPrimitives.Subtract(losses, chosen, losses);
        var loss = TensorPrimitives.Dot<double>(losses, weight);

        for (var i = 0; i < rows; i++)
            logits[own[i] * rows + i] -= 1;
        for (var k = 0; k < outputs; k++)
        {
            var residuals = logits.Slice((k + classes - outputs) * rows, rows); // w (p - [y = k])
            TensorPrimitives.Multiply(residuals, weight, residuals);
            var target = gradient.AsSpan(k * (matrix.Width + 1), matrix.Width + 1);
            matrix.AddTransposeMultiply(block, residuals, target[..^1]);
            target[^1] += TensorPrimitives.Sum<double>(residuals);
        }
        return loss;
    }
}
