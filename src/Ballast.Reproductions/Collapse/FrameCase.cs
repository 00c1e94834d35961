using Ballast.Generalization.Collapse;

namespace Ballast.Reproductions.Collapse;

/// <summary>One model problem of the acceptance experiment.</summary>
internal sealed record FrameCase(int[] Counts, int Width, double[] LambdaW, double LambdaH, double Scale, string Paper)
{
    private const int LongSteps = 12_000;

    public static IReadOnlyList<FrameCase> All { get; } =
    [
        new([100, 50, 20, 5], 8, [0.02], 0.018, 1, "loss 0.3285392663, row norms^2 6.33683, 3.5582, 1.09264, 0"),
        new([100, 50, 20, 5], 8, [0.01], 0.01, 1, "loss 0.2027927174, row norms^2 8.25, 5.32107, 2.72214, 0.48607"),
        new([100, 50, 20, 5], 8, [0.02, 0.02], 0.002, 1, "loss 0.1611820899, row norms^2 2.04169, 1.56415, 1.04761, 0"),
        new([100, 50, 20, 5], 8, [0.01, 0.01], 0.001, 2, "loss 0.0858775851, row norms^2 2.09922, 1.63957, 1.16153, 0.61667"),
        new([100, 60, 30, 10], 10, [0.01, 0.02, 0.03], 0.0005, 2, "loss 0.1445485027, row norms^2 0.76117, 0.66168, 0.54058, 0.36203"),
    ];

    /// <summary>With two layers or more x = 0 is a local minimum of every class, so that no seed can be promised: one of several must find the global one.</summary>
    public bool AnySeed => LambdaW.Length > 1;

    public GofPrediction Prediction => NeuralCollapse.Predict(Counts, LambdaW, LambdaH, Width);

    /// <summary>Every one of so many seeds; or up to five until one meets the figures, then those five for twice as long.</summary>
    public List<FrameRun> Run(int firstSeed, int seeds, CancellationToken cancellation)
    {
        if (!AnySeed)
            return [.. Enumerable.Range(firstSeed, seeds).Select(seed => Trained(seed, 6000, cancellation))];
        var runs = new List<FrameRun>();
        foreach (var steps in new[] { 6000, LongSteps })
            foreach (var seed in Enumerable.Range(firstSeed, 5))
            {
                runs.Add(Trained(seed, steps, cancellation));
                if (runs[^1].Meets)
                    return runs;
            }
        return runs;
    }

    public override string ToString() =>
        $"{LambdaW.Length} linear layer{(LambdaW.Length == 1 ? "" : "s")} on counts {string.Join(", ", Counts)} (weight decay {string.Join(", ", LambdaW)}; features {LambdaH})";

    private FrameRun Trained(int seed, int steps, CancellationToken cancellation)
    {
        var trained = UnconstrainedFeatures.Train(
            new() { ClassCounts = Counts, FeatureWidth = Width, LambdaW = LambdaW, LambdaH = LambdaH, Scale = Scale, Steps = steps, Seed = seed }, cancellation);
        return FrameRun.Of(seed, steps, trained, Prediction);
    }
}
