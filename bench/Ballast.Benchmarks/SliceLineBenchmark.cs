using Ballast.Core;
using Ballast.Evaluation.Slices.Lines;
using BenchmarkDotNet.Attributes;

namespace Ballast.Benchmarks;

/// <summary>SliceLine on 20 columns of 10 bins, three levels, errors of 10% and a planted slice.</summary>
[MemoryDiagnoser]
public class SliceLineBenchmark
{
    private int[][] columns = [];
    private double[] errors = [];

    /// <summary>Rows of the table.</summary>
    [Params(100_000, 1_000_000)]
    public int Rows { get; set; }

    /// <summary>Makes the table: every second column follows the one before it on half of the rows.</summary>
    [GlobalSetup]
    public void Setup() => (columns, errors) = Table(Rows, bins: 10);

    /// <summary>The best ten slices.</summary>
    [Benchmark]
    public int Search() => new SliceLine().Search(columns, errors).Slices.Count;

    internal static (int[][] Columns, double[] Errors) Table(int rows, int bins)
    {
        var columns = new int[20][];
        Parallel.For(0, columns.Length, j =>
        {
            var random = RandomStream.For(1, "slice line benchmark", j);
            columns[j] = new int[rows];
            for (var i = 0; i < rows; i++)
                columns[j][i] = random.Next(bins);
        });
        var follow = RandomStream.For(1, "slice line benchmark, ties");
        for (var j = 1; j < columns.Length; j += 2)
            for (var i = 0; i < rows; i++)
                if (follow.Next(2) == 0)
                    columns[j][i] = columns[j - 1][i];
        var wrong = RandomStream.For(1, "slice line benchmark, errors");
        var errors = new double[rows];
        for (var i = 0; i < rows; i++)
            errors[i] = wrong.NextDouble() < (columns[0][i] == 3 && columns[5][i] < 4 ? 0.5 : 0.1) ? 1 : 0;
        return (columns, errors);
    }
}
