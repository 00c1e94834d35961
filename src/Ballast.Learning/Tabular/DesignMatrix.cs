using System.Numerics.Tensors;
using Ballast.Core;

namespace Ballast.Learning.Tabular;

/// <summary>n rows as a linear model sees them: p columns of float64, of which the last are one-hot and stored as codes.</summary>
/// <remarks>Columns are contiguous, so that products run along rows in vectors; rows are worked on in fixed blocks, so that threads cannot change a sum.</remarks>
public sealed class DesignMatrix
{
    /// <summary>Rows of a block: a block of one column and of the results stays in the first cache.</summary>
    private const int BlockRows = 1024;

    private readonly double[][] dense;
    private readonly OneHotColumn[] oneHots;

    internal DesignMatrix(int count, int standardised, double[][] dense, OneHotColumn[] oneHots)
    {
        (Count, StandardisedColumns, this.dense, this.oneHots) = (count, standardised, dense, oneHots);
        Width = dense.Length + oneHots.Sum(column => column.Width);
    }

    /// <summary>Rows n.</summary>
    public int Count { get; }

    /// <summary>Columns p.</summary>
    public int Width { get; }

    /// <summary>The first columns, of mean 0 and standard deviation 1 on the training rows; the others are 0 or 1.</summary>
    public int StandardisedColumns { get; }

    /// <summary>Number of row blocks; block b holds rows from <see cref="BlockStart"/>(b) to <see cref="BlockStart"/>(b + 1).</summary>
    public int Blocks => (Count + BlockRows - 1) / BlockRows;

    /// <summary>First row of block <paramref name="block"/>; n for the one after the last.</summary>
    public int BlockStart(int block) => Math.Min(block * BlockRows, Count);

    /// <summary>result = X[block] w, for one vector of p coefficients.</summary>
    /// <param name="block">The row block.</param>
    /// <param name="coefficients">p coefficients.</param>
    /// <param name="result">One value a row of the block; overwritten.</param>
    public void Multiply(int block, ReadOnlySpan<double> coefficients, Span<double> result)
    {
        var (start, end) = (BlockStart(block), BlockStart(block + 1));
        result.Clear();
        for (var j = 0; j < dense.Length; j++)
            TensorPrimitives.MultiplyAdd(dense[j].AsSpan(start, end - start), coefficients[j], result, result);
        foreach (var column in oneHots)
        {
            var weights = coefficients.Slice(column.First, column.Width);
            var codes = column.Codes.AsSpan(start, end - start);
            for (var i = 0; i < codes.Length; i++)
                if (codes[i] >= 0)
                    result[i] += weights[codes[i]];
        }
    }

    /// <summary>gradient += X[block]' r.</summary>
    /// <param name="block">The row block.</param>
    /// <param name="residuals">One value a row of the block.</param>
    /// <param name="gradient">p sums; added to.</param>
    public void AddTransposeMultiply(int block, ReadOnlySpan<double> residuals, Span<double> gradient)
    {
        var (start, end) = (BlockStart(block), BlockStart(block + 1));
        for (var j = 0; j < dense.Length; j++)
            gradient[j] += TensorPrimitives.Dot(dense[j].AsSpan(start, end - start), residuals);
        foreach (var column in oneHots)
        {
            var sums = gradient.Slice(column.First, column.Width);
            var codes = column.Codes.AsSpan(start, end - start);
            for (var i = 0; i < codes.Length; i++)
                if (codes[i] >= 0)
                    sums[codes[i]] += residuals[i];
        }
    }

    /// <summary>[X 1]' D [X 1] for row weights D, with the intercept's column last.</summary>
    /// <param name="weights">n weights.</param>
    /// <returns>(p+1) x (p+1) sums, symmetric.</returns>
    public double[,] Gram(ReadOnlyMemory<double> weights)
    {
        Guard.SameLength(Count, weights.Length, "the matrix", nameof(weights));
        var gram = new double[Width + 1, Width + 1];
        // Entries are written by the task of their later column alone, the intercept's counting as the last dense one.
        Parallel.For(0, dense.Length + 1, j =>
        {
            var own = j < dense.Length ? j : Width;
            Span<double> buffer = stackalloc double[BlockRows];
            for (var block = 0; block < Blocks; block++)
            {
                var (start, rows) = (BlockStart(block), BlockStart(block + 1) - BlockStart(block));
                var weighted = buffer[..rows];
                weights.Span.Slice(start, rows).CopyTo(weighted);
                if (j < dense.Length)
                    TensorPrimitives.Multiply(weighted, dense[j].AsSpan(start, rows), weighted);
                else
                    gram[Width, Width] += TensorPrimitives.Sum<double>(weighted);
                for (var i = 0; i < Math.Min(j + 1, dense.Length); i++)
                    gram[i, own] += TensorPrimitives.Dot(dense[i].AsSpan(start, rows), weighted);
                foreach (var column in oneHots)
                    for (var i = 0; i < rows; i++)
                        if (column.Codes[start + i] >= 0)
                            gram[own, column.First + column.Codes[start + i]] += weighted[i];
            }
        });
        Parallel.For(0, oneHots.Length, b =>
        {
            var later = oneHots[b];
            var span = weights.Span;
            for (var row = 0; row < Count; row++)
                if (later.Codes[row] >= 0)
                    for (var a = 0; a <= b; a++)
                        if (oneHots[a].Codes[row] >= 0)
                            gram[oneHots[a].First + oneHots[a].Codes[row], later.First + later.Codes[row]] += span[row];
        });
        for (var j = dense.Length; j < Width; j++)
            gram[j, Width] = gram[Width, j];
        for (var i = 0; i <= Width; i++)
            for (var j = i + 1; j <= Width; j++)
                gram[j, i] = gram[i, j];
        return gram;
    }

    /// <summary>Row <paramref name="row"/> written out: p values.</summary>
    public double[] Row(int row)
    {
        Guard.InRange(row, 0, Count - 1);
        var values = new double[Width];
        for (var j = 0; j < dense.Length; j++)
            values[j] = dense[j][row];
        foreach (var column in oneHots)
            if (column.Codes[row] >= 0)
                values[column.First + column.Codes[row]] = 1;
        return values;
    }

    /// <summary>A categorical column: in row i, matrix column <paramref name="First"/> + Codes[i] is 1; code -1 leaves all 0.</summary>
    internal sealed record OneHotColumn(int First, int Width, int[] Codes);
}
