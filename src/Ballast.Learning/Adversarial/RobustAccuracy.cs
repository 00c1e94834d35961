using Ballast.Core;
using Ballast.Learning.Training;
using static TorchSharp.torch;
using Model = TorchSharp.torch.nn.Module<TorchSharp.torch.Tensor, TorchSharp.torch.Tensor>;

namespace Ballast.Learning.Adversarial;

/// <summary>How many samples a model classifies right as they are, and at every point that a list of attacks finds, each attack tried on the survivors of those before.</summary>
/// <remarks>Batches are attacked side by side, torch on one thread for each; starts are keyed by seed, attack and row, so that neither threads nor order change a result.</remarks>
/// <param name="attacks">In the order they are tried, at least one; cheap ones first.</param>
public sealed class RobustAccuracy(IReadOnlyList<NamedAttack> attacks)
{
    /// <summary>Samples of a batch unless told otherwise: few enough for a core's cache.</summary>
    public const int UsualBatch = 64;

    private readonly IReadOnlyList<NamedAttack> attacks = attacks is { Count: > 0 } ? attacks : throw new ArgumentException("At least one attack is needed.", nameof(attacks));

    /// <summary>Samples attacked together, at least 1.</summary>
    public int BatchSize { get; init => field = Guard.Positive(value); } = UsualBatch;

    /// <summary>Batches that are attacked at the same time, at least 1; by default as many as there are cores. Results do not depend on it.</summary>
    public int Threads { get; init => field = Guard.Positive(value); } = Environment.ProcessorCount;

    /// <summary>Decides the random starts.</summary>
    public int Seed { get; init; }

    /// <summary>Where the model lies. A graphics card takes one batch at a time: give it larger ones.</summary>
    public TrainingDevice Device { get; init; } = TrainingDevice.Cpu;

    /// <summary>Runs the attacks.</summary>
    /// <param name="model">Maps [B, sample shape] to scores [B, K], on the processor.</param>
    /// <param name="data">Labelled samples in the range of the attacks' threat models.</param>
    /// <param name="type">The kind of number the model computes in: float32 or float64.</param>
    /// <param name="progress">Told of samples done.</param>
    /// <param name="cancellation">Stops between steps.</param>
    /// <exception cref="ArgumentException">There are no labels, a label is no output of the model, or a sample lies outside the data's range.</exception>
    public RobustAccuracyReport Measure(
        Model model, Dataset data, ScalarType type = ScalarType.Float32, IProgress<ProgressUpdate>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(data);
        if (data.Count > 0 && data.Labels.Length != data.Count)
            throw new ArgumentException("The samples have no labels.", nameof(data));
        var device = Device.Resolve();
        using var kernels = DeterministicKernels.On(device);
        using var precision = FullPrecision.On(device);
        using var threads = TorchThreads.Use(1);
        using var mode = ModelMode.Evaluation(model);
        var samples = new AttackedSample[data.Count];
        var (done, classes) = (0, data.ClassCount);
        try
        {
            Parallel.ForEach(
                Enumerable.Range(0, data.Count).Chunk(BatchSize), new ParallelOptions { MaxDegreeOfParallelism = Device == TrainingDevice.Cpu ? Threads : 1, CancellationToken = cancellation },
                rows =>
                {
                    var outputs = Attacked(model, data, rows, type, device, samples, cancellation);
                    InterlockedMax(ref classes, outputs);
                    progress?.Report(new ProgressUpdate("attacking", Interlocked.Add(ref done, rows.Length) / (double)data.Count));
                });
        }
        catch (AggregateException error) when (error.InnerExceptions.Count > 0)
        {
            // What one batch finds wrong is what the caller did wrong.
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(error.InnerExceptions[0]);
        }
        return new RobustAccuracyReport(samples, [.. attacks.Select(attack => attack.Name)], classes);
    }

    private int Attacked(Model model, Dataset data, int[] rows, ScalarType type, Device device, AttackedSample[] samples, CancellationToken cancellation)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var width = data.Width;
        var x = tensor(data.Features.Slice(rows[0] * width, rows.Length * width).ToArray()).to(type, device).reshape([rows.Length, .. data.SampleShape.Select(extent => (long)extent)]);
        var labels = Array.ConvertAll(rows, row => (long)data.Labels.Span[row]);
        var scores = model.call(x);
        var outputs = (int)scores.shape[1];
        if (labels.FirstOrDefault(label => label >= outputs, -1) is var stray and >= 0)
            throw new ArgumentException($"A sample has class {stray}, counted from 0; the model has {outputs} outputs.", nameof(data));
        var y = tensor(labels, device: device);
        var (predicted, margins) = Judged(scores, y);
        var alive = new List<int>();
        for (var i = 0; i < rows.Length; i++)
        {
            var outcome = double.IsNaN(margins[i]) ? AttackOutcome.NotANumber : predicted[i] != labels[i] ? AttackOutcome.Misclassified : AttackOutcome.Survived;
            samples[rows[i]] = new AttackedSample((int)labels[i], predicted[i], outcome, null, predicted[i], margins[i], margins[i]);
            if (outcome == AttackOutcome.Survived)
                alive.Add(i);
        }
        for (var a = 0; a < attacks.Count && alive.Count > 0; a++)
            alive = Survivors(a, model, x, y, rows, alive, samples, cancellation);
        return outputs;
    }

    private List<int> Survivors(int which, Model model, Tensor x, Tensor y, int[] rows, List<int> alive, AttackedSample[] samples, CancellationToken cancellation)
    {
        using var scope = NewDisposeScope();
        var chosen = tensor(alive.Select(i => (long)i).ToArray(), device: x.device);
        var (inputs, labels) = (x.index_select(0, chosen), y.index_select(0, chosen));
        var keys = new AttackKeys(Seed, which, [.. alive.Select(i => (long)rows[i])]);
        var found = attacks[which].Attack.Run(model, inputs, labels, attacks[which].Loss.Select(chosen), keys, cancellation);
        var (predicted, margins) = Judged(model.call(found.Adversarial), labels);
        var left = new List<int>();
        foreach (var (position, i) in alive.Index())
        {
            ref var sample = ref samples[rows[i]];
            var invalid = double.IsNaN(margins[position]);
            sample = sample with
            {
                Attacked = predicted[position],
                AttackedMargin = invalid ? double.NaN : Math.Min(sample.AttackedMargin, margins[position]),
                Outcome = !found.Success[position] ? AttackOutcome.Survived : invalid ? AttackOutcome.NotANumber : AttackOutcome.Broken,
                BrokenBy = found.Success[position] ? which : null,
            };
            if (!found.Success[position])
                left.Add(i);
        }
        return left;
    }

    // [B] the largest score's class, and the label's score minus the best other.
    private static (int[] Predicted, double[] Margins) Judged(Tensor scores, Tensor labels)
    {
        var predicted = Array.ConvertAll(scores.argmax(1).cpu().data<long>().ToArray(), k => (int)k);
        var margins = where(scores.isnan().any(1), double.NaN, -AttackLoss.Margin.PerSample(scores.to(float64), labels));
        return (predicted, margins.to(float64).cpu().contiguous().data<double>().ToArray());
    }

    private static void InterlockedMax(ref int target, int value)
    {
        for (var seen = Volatile.Read(ref target); value > seen; seen = Volatile.Read(ref target))
            if (Interlocked.CompareExchange(ref target, value, seen) == seen)
                return;
    }
}
