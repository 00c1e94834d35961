using System.Numerics.Tensors;

namespace Ballast.Reproductions.Fairness;

/// <summary>Logistic regression by federated averaging (McMahan et al. 2017): local full-gradient steps on the mean log loss, then a mean of the clients' weights by their sizes.</summary>
internal static class FederatedLogistic
{
    private const int Rounds = 30;
    private const int LocalSteps = 3;
    private const double LearningRate = 0.5;

    /// <summary>Trains on the positions of each client and gives hard predictions for all rows.</summary>
    /// <param name="features">[n, width] features; standardised here by the training rows.</param>
    /// <param name="width">Features d.</param>
    /// <param name="labels">[n], 0 or 1.</param>
    /// <param name="clients">Training positions of each client.</param>
    /// <param name="cancellation">Stops the work.</param>
    public static int[] FitAndDecide(double[] features, int width, int[] labels, IReadOnlyList<int[]> clients, CancellationToken cancellation)
    {
        int[] train = [.. clients.SelectMany(rows => rows)];
        var x = Standardised(features, width, train);                                  // [n, d + 1], the last column 1
        var weights = new double[width + 1];
        for (var round = 0; round < Rounds; round++)
        {
            cancellation.ThrowIfCancellationRequested();
            var locals = clients.AsParallel().AsOrdered().Select(rows => Local(x, labels, rows, weights)).ToArray();
            Array.Clear(weights);
            for (var s = 0; s < clients.Count; s++)
                TensorPrimitives.MultiplyAdd(locals[s], (double)clients[s].Length / train.Length, weights, weights);
        }
        return [.. Enumerable.Range(0, labels.Length).Select(i => TensorPrimitives.Dot<double>(x.AsSpan(i * weights.Length, weights.Length), weights) > 0 ? 1 : 0)];
    }

    private static double[] Local(double[] x, int[] labels, int[] rows, double[] from)
    {
        var (w, gradient) = ((double[])from.Clone(), new double[from.Length]);
        for (var step = 0; step < LocalSteps && rows.Length > 0; step++)
        {
            Array.Clear(gradient);
            foreach (var i in rows)
            {
                var row = x.AsSpan(i * w.Length, w.Length);
                var residual = 1 / (1 + Math.Exp(-TensorPrimitives.Dot<double>(row, w))) - labels[i];
                TensorPrimitives.MultiplyAdd(row, residual, gradient, gradient);
            }
            TensorPrimitives.MultiplyAdd(gradient, -LearningRate / rows.Length, w, w);
        }
        return w;
    }

    private static double[] Standardised(double[] features, int width, int[] train)
    {
        var n = features.Length / width;
        var x = new double[n * (width + 1)];
        for (var j = 0; j < width; j++)
        {
            var mean = train.Average(i => features[i * width + j]);
            var deviation = Math.Sqrt(train.Average(i => (features[i * width + j] - mean) * (features[i * width + j] - mean)));
            for (var i = 0; i < n; i++)
                x[i * (width + 1) + j] = deviation > 0 ? (features[i * width + j] - mean) / deviation : 0;
        }
        for (var i = 0; i < n; i++)
            x[i * (width + 1) + width] = 1;
        return x;
    }
}
