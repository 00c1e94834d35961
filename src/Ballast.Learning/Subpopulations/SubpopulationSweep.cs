using Ballast.Core;
using Ballast.Evaluation.Subpopulations;
using Ballast.Learning.Networks;
using Ballast.Learning.Objectives;
using Ballast.Learning.Training;
using Ballast.Learning.Training.Optimization;
using static TorchSharp.torch;

namespace Ballast.Learning.Subpopulations;

/// <summary>Trains many models of drawn width, rate, batch and decay, and judges each on a majority and a minority group as training goes on.</summary>
/// <remarks>
/// Source: the experiment of Liang et al., ICML 2023. Networks should start at chance: an output layer drawn at random leans on features at random, and such points bend the curve
/// of themselves. Where the attribute that makes the groups is synthetic, evaluate the same rows with it turned either way.
/// </remarks>
public static class SubpopulationSweep
{
    /// <summary>A perceptron with one hidden layer of the configuration's width, its output layer zero.</summary>
    public static Network Perceptron(Dataset train, SweepConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(train);
        ArgumentNullException.ThrowIfNull(configuration);
        var network = new Mlp(train.Width, [configuration.Width], train.ClassCount, configuration.Seed);
        using var gradients = no_grad();
        network.LinearHead!.weight.zero_();
        network.LinearHead!.bias!.zero_();
        return network;
    }

    /// <summary>The trainings that a sweep would make.</summary>
    public static IReadOnlyList<SweepConfiguration> Configurations(SweepOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Check();
        return [.. Enumerable.Range(0, options.Count).Select(run =>
        {
            var random = RandomStream.For(options.Seed, "subpopulation sweep", run);
            double Drawn((double Low, double High) range) => Math.Pow(10, range.Low + (range.High - range.Low) * random.NextDouble());
            return new SweepConfiguration(
                run, options.Widths[random.Next(options.Widths.Count)], options.BatchSizes[random.Next(options.BatchSizes.Count)],
                Drawn(options.LogRate), Drawn(options.LogDecay), random.Next(int.MaxValue));
        })];
    }

    /// <summary>Trains and judges on rows of given groups.</summary>
    /// <param name="train">With classes.</param>
    /// <param name="majority">Rows of the majority, with the training rows' classes.</param>
    /// <param name="minority">Rows of the minority.</param>
    /// <param name="options">What is drawn; null for the defaults.</param>
    /// <param name="network">Makes the network of a configuration; null for <see cref="Perceptron"/>. Called from several threads.</param>
    /// <param name="progress">Told of each training done.</param>
    /// <param name="cancellation">Stops the sweep between steps.</param>
    /// <returns>By run, then by epoch.</returns>
    /// <exception cref="ArgumentException">Classes or rows are missing, or the options do not fit.</exception>
    public static IReadOnlyList<SweepPoint> Run(
        Dataset train, Dataset majority, Dataset minority, SweepOptions? options = null, Func<SweepConfiguration, Network>? network = null,
        IProgress<ProgressUpdate>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(train);
        options ??= new();
        var configurations = Configurations(options);
        CheckGroup(majority, "majority");
        CheckGroup(minority, "minority");
        var points = new SweepPoint[configurations.Count][];
        var done = 0;
        var threads = get_num_threads();
        try
        {
            set_num_threads(1);
            Parallel.ForEach(configurations, new ParallelOptions { MaxDegreeOfParallelism = options.Parallelism, CancellationToken = cancellation }, configuration =>
            {
                points[configuration.Run] = Train(train, majority, minority, options, configuration, network, cancellation);
                progress?.Report(new ProgressUpdate("sweep", (double)Interlocked.Increment(ref done) / configurations.Count));
            });
        }
        finally
        {
            set_num_threads(threads);
        }
        return [.. points.SelectMany(run => run)];
    }

    /// <summary>Trains, and judges on the rows of two groups.</summary>
    /// <param name="train">With classes and groups.</param>
    /// <param name="evaluation">Other rows, with the same classes and groups.</param>
    /// <param name="minority">Index of the minority group; the majority is the largest group of the training rows.</param>
    /// <param name="options">What is drawn; null for the defaults.</param>
    /// <param name="network">Makes the network of a configuration; null for <see cref="Perceptron"/>.</param>
    /// <param name="progress">Told of each training done.</param>
    /// <param name="cancellation">Stops the sweep.</param>
    /// <exception cref="ArgumentException">There are no groups, the minority is the largest one, or a group has no rows to judge on.</exception>
    public static IReadOnlyList<SweepPoint> Run(
        Dataset train, Dataset evaluation, int minority, SweepOptions? options = null, Func<SweepConfiguration, Network>? network = null,
        IProgress<ProgressUpdate>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(train);
        ArgumentNullException.ThrowIfNull(evaluation);
        if (train.Groups.IsEmpty || evaluation.Groups.IsEmpty)
            throw new ArgumentException("The rows have no groups.", train.Groups.IsEmpty ? nameof(train) : nameof(evaluation));
        var majority = train.Groups.ToArray().Where(group => group >= 0).CountBy(group => group).OrderByDescending(pair => pair.Value).ThenBy(pair => pair.Key).First().Key;
        if (majority == minority)
            throw new ArgumentException($"Group {minority} is the largest of the training rows: it is no minority.", nameof(minority));
        Dataset Of(int group) => evaluation.Select([.. Enumerable.Range(0, evaluation.Count).Where(i => evaluation.Groups.Span[i] == group)]);
        return Run(train, Of(majority), Of(minority), options, network, progress, cancellation);
    }

    private static void CheckGroup(Dataset group, string name)
    {
        ArgumentNullException.ThrowIfNull(group, name);
        if (group.Count == 0 || group.Labels.IsEmpty)
            throw new ArgumentException($"The {name} group has no rows with classes to judge on.", name);
    }

    private static SweepPoint[] Train(
        Dataset train, Dataset majority, Dataset minority, SweepOptions options, SweepConfiguration configuration, Func<SweepConfiguration, Network>? make, CancellationToken cancellation)
    {
        using var network = make?.Invoke(configuration) ?? Perceptron(train, configuration);
        var points = new List<SweepPoint>();
        new Trainer(new TrainerOptions
        {
            Epochs = options.Checkpoints[^1],
            BatchSize = configuration.BatchSize,
            Optimizer = new AdamWOptions { LearningRate = configuration.LearningRate, WeightDecay = configuration.WeightDecay },
            Seed = configuration.Seed,
        }).Train(network, new Judged(options.Checkpoints, epoch => points.Add(new SweepPoint(configuration, epoch, new SubpopulationPoint(
            Correct(network, majority, cancellation), majority.Count, Correct(network, minority, cancellation), minority.Count, configuration.Run)))), train, cancellation: cancellation);
        return [.. points];
    }

    private static int Correct(Network network, Dataset rows, CancellationToken cancellation) =>
        Inference.Classes(network, rows, cancellation: cancellation).Zip(rows.Labels.ToArray()).Count(pair => pair.First == pair.Second);

    /// <summary>Cross-entropy that lets someone look at the network after given epochs.</summary>
    private sealed class Judged(IReadOnlyList<int> epochs, Action<int> judge) : Objective
    {
        private readonly SupervisedObjective inner = new(new CrossEntropyLoss());

        public override Tensor Loss(Network network, Batch batch) => inner.Loss(network, batch);

        public override void EpochEnded(Network network, int epoch)
        {
            if (epochs.Contains(epoch + 1))
                judge(epoch + 1);
        }
    }
}
