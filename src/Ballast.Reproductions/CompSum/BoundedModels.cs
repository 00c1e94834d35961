using System.Numerics.Tensors;
using Ballast.Core;
using Ballast.Learning.Objectives.CompSum;

namespace Ballast.Reproductions.CompSum;

/// <summary>Part C: the consistency bound of linear softmax models on three Gaussians with known conditionals.</summary>
/// <remarks>30 models for each tau have random weights of three sizes, 30 the Bayes weights plus noise of three sizes: near them the bound has teeth.</remarks>
internal static class BoundedModels
{
    private const int RowsPerClass = 1500;
    private const int ModelsPerSize = 10;

    private static readonly double[][] centres = [[0, 0], [1.5, 0], [0, 1.5]];

    public static (int Models, int Violations, double SmallestSlack) Run(int seed, CancellationToken cancellation)
    {
        var random = RandomStream.For(seed, "comp-sum bound rows");
        var points = centres.SelectMany(centre => Enumerable.Range(0, RowsPerClass).Select(_ => new[] { centre[0] + random.NextGaussian(), centre[1] + random.NextGaussian() })).ToArray();
        var bayes = centres.Select(centre => new[] { centre[0], centre[1], -(centre[0] * centre[0] + centre[1] * centre[1]) / 2 }).ToArray();
        var conditionals = Scores(points, bayes);
        for (var i = 0; i < points.Length; i++)
            TensorPrimitives.SoftMax(conditionals.AsSpan(3 * i, 3), conditionals.AsSpan(3 * i, 3));

        double[] taus = [0, 0.5, 1, 1.5, 2];
        var plans = (from tau in taus
                     from start in new[] { (Bayes: false, Sizes: new[] { 0.1, 1, 4 }), (Bayes: true, Sizes: new[] { 0.03, 0.3, 1 }) }
                     from size in start.Sizes
                     from model in Enumerable.Range(0, ModelsPerSize)
                     select (tau, start.Bayes, size)).ToArray();
        var slacks = new double[plans.Length];
        Parallel.For(0, plans.Length, new ParallelOptions { CancellationToken = cancellation }, i =>
        {
            var (tau, nearBayes, size) = plans[i];
            var draw = RandomStream.For(seed, "comp-sum bound models", i);
            var weights = bayes.Select(row => Array.ConvertAll(row, value => (nearBayes ? value : 0) + size * draw.NextGaussian())).ToArray();
            slacks[i] = ConsistencyBound.OfModel(tau, Scores(points, weights), conditionals, 3).Slack;
        });
        return (plans.Length, slacks.Count(slack => slack < 0), slacks.Min());
    }

    private static double[] Scores(double[][] points, double[][] weights) =>
        [.. points.SelectMany(point => weights.Select(row => row[0] * point[0] + row[1] * point[1] + row[2]))];
}
