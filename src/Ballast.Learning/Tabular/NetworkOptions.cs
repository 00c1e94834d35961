using Ballast.Core;
using Ballast.Learning.LongTail;
using Ballast.Learning.Networks;
using Ballast.Learning.Objectives;
using Ballast.Learning.Training;
using Ballast.Learning.Training.Averaging;
using Ballast.Learning.Training.Optimization;
using Ballast.Learning.Training.Sampling;
using Ballast.Learning.Training.Schedules;

namespace Ballast.Learning.Tabular;

/// <summary>How a network is trained on a table.</summary>
public sealed record NetworkOptions
{
    private readonly int epochs = 200, patience = 16, width = 128, blocks = 2, embeddingWidth = 8;
    private readonly int? batchSize;
    private readonly int accumulation = 1, threads = 1;
    private readonly double? clipNorm;

    /// <summary>Kind of network.</summary>
    public TabularArchitecture Architecture
    {
        get;
        init => field = Enum.IsDefined(value) ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "No such network.");
    }

    /// <summary>Widths of the perceptron's hidden layers, each at least 1.</summary>
    public IReadOnlyList<int> Hidden { get; init; } = [128, 128];

    /// <summary>Width of the residual network, at least 1.</summary>
    public int Width { get => width; init => width = Guard.Positive(value, nameof(Width)); }

    /// <summary>Blocks of the residual network, at least 1.</summary>
    public int Blocks { get => blocks; init => blocks = Guard.Positive(value, nameof(Blocks)); }

    /// <summary>Numbers that stand for a category's code, at least 1.</summary>
    public int EmbeddingWidth { get => embeddingWidth; init => embeddingWidth = Guard.Positive(value, nameof(EmbeddingWidth)); }

    /// <summary>Probability of a zero after each hidden layer, in [0, 1).</summary>
    public double Dropout { get; init; } = 0.1;

    /// <summary>What becomes of numeric features.</summary>
    public NumericScaling Scaling { get; init; } = NumericScaling.Standard;

    /// <summary>Passes over the rows, at most, at least 1.</summary>
    public int Epochs { get => epochs; init => epochs = Guard.Positive(value, nameof(Epochs)); }

    /// <summary>Epochs without a better validation loss after which training ends and the best weights stand; 0 trains all epochs and sets no rows aside.</summary>
    public int Patience { get => patience; init => patience = Guard.NotNegative(value, nameof(Patience)); }

    /// <summary>Rows of a step, at least 1; null: a power of two near a 32nd of the rows, 16 to 256.</summary>
    public int? BatchSize { get => batchSize; init => batchSize = value is { } rows ? Guard.Positive(rows, nameof(BatchSize)) : null; }

    /// <summary>The optimiser with its base rate.</summary>
    public OptimizerOptions Optimizer { get; init; } = new AdamWOptions { LearningRate = 1e-3, WeightDecay = 1e-4 };

    /// <summary>The factor on the base rate over time.</summary>
    public LearningRateSchedule Schedule { get; init; } = new ConstantRate();

    /// <summary>Largest Euclidean norm of all gradients together, above 0; null never shortens them.</summary>
    public double? ClipNorm { get => clipNorm; init => clipNorm = value is { } norm ? Guard.Positive(norm, nameof(ClipNorm)) : null; }

    /// <summary>Batches whose gradients make one step, at least 1.</summary>
    public int Accumulation { get => accumulation; init => accumulation = Guard.Positive(value, nameof(Accumulation)); }

    /// <summary>Weights averaged over training; null keeps the last step's. Averages of epochs' ends need a <see cref="Patience"/> of 0.</summary>
    public WeightAveraging? Averaging { get; init; }

    /// <summary>Torch's threads while training, at least 1; see <see cref="TrainerOptions.Threads"/>.</summary>
    public int Threads { get => threads; init => threads = Guard.Positive(value, nameof(Threads)); }

    /// <summary>Chooses the rows of an epoch.</summary>
    public Sampler Sampler { get; init; } = new InstanceSampler();

    /// <summary>Makes the loss of classes from the number of training rows of each class that has any; null is cross-entropy. Regression minimises the squared error.</summary>
    public Func<IReadOnlyList<int>, ClassificationLoss>? Loss { get; init; }

    /// <summary>Makes what is minimised of the loss of classes, the encoded training rows and their encoding; null is the loss by itself. For classes alone.</summary>
    public Func<ClassificationLoss, Dataset, NetworkEncoding, Objective>? Objective { get; init; }

    /// <summary>Mends the last layer after training, for unequal classes; null leaves it. Rows set aside serve as its validation rows.</summary>
    public HeadMethod? Method { get; init; }

    /// <summary>How much rows of each class count; for classes alone.</summary>
    public ClassWeights ClassWeights { get; init; } = ClassWeights.None;

    /// <summary>Decides first weights, order, dropout and the rows set aside.</summary>
    public int Seed { get; init; }

    /// <summary>Where the network is trained; predictions are made on the processor.</summary>
    public TrainingDevice Device { get; init; } = TrainingDevice.Cpu;

    /// <summary>The network for encoded rows.</summary>
    /// <param name="shape">Shape of the encoded rows.</param>
    /// <param name="outputs">Outputs K.</param>
    public NetworkConfiguration ConfigurationFor(TabularShape shape, int outputs) => Architecture == TabularArchitecture.ResNet
        ? new TabularResNetConfiguration(shape, outputs) { Width = Width, Blocks = Blocks, EmbeddingWidth = EmbeddingWidth, HiddenDropout = Dropout }
        : new TabularMlpConfiguration(shape, Hidden, outputs) { EmbeddingWidth = EmbeddingWidth, Dropout = Dropout };

    /// <summary>How a network is trained on so many rows.</summary>
    /// <param name="rows">Training rows, at least 1.</param>
    /// <param name="watched">Whether there are rows set aside, by which training may end early.</param>
    public TrainerOptions TrainerFor(int rows, bool watched)
    {
        var size = Math.Min(rows, BatchSize ?? Math.Clamp((int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)(rows / 32) + 1) / 2, 16, 256));
        return new TrainerOptions
        {
            Epochs = Epochs,
            BatchSize = size,
            // Batch normalisation of a single row has no variance.
            PartialBatch = Architecture == TabularArchitecture.ResNet ? PartialBatch.Drop : PartialBatch.Keep,
            Optimizer = Optimizer,
            Schedule = Schedule,
            Sampler = Sampler,
            ClipNorm = ClipNorm,
            Accumulation = Accumulation,
            Averaging = Averaging,
            Threads = Threads,
            EarlyStopping = watched ? new EarlyStopping(EarlyStoppingMetric.Loss, Patience) : null,
            Seed = Seed,
            Device = Device,
        };
    }
}
