using Ballast.Core;
using Ballast.Learning.Networks;
using Ballast.Learning.Training.Averaging;
using Ballast.Learning.Training.Checkpoints;
using Ballast.Learning.Training.Feeding;
using Ballast.Learning.Training.Optimization;
using TorchSharp;
using static TorchSharp.torch;

namespace Ballast.Learning.Training;

/// <summary>One training from its beginning, or from a checkpoint, to its end.</summary>
internal sealed class TrainingRun : IDisposable
{
    private readonly TrainerOptions options;
    private readonly Network network;
    private readonly Objective objective;
    private readonly Validation? validation;
    private readonly IProgress<TrainingProgress>? progress;
    private readonly BatchFeed feed;
    private readonly ParameterStepper stepper;
    private readonly WeightSet? average, best;
    private readonly TrainingPlan plan;
    private readonly List<string> warnings;
    private readonly CheckpointStore? store;
    private readonly IReadOnlyDictionary<string, string> settings;
    private TrainingPosition position = new();
    private bool resumed, epochBegun;
    private long stepsWritten = -1;
    private double lastNorm = double.NaN;

    public TrainingRun(TrainerOptions options, Network network, Objective objective, Dataset data, Dataset? validation, IProgress<TrainingProgress>? progress)
    {
        (this.options, this.network, this.objective, this.progress) = (options, network, objective, progress);
        warnings = [.. TrainingChecks.AbsentClasses(data)];
        var device = options.Device.Resolve();
        if (device.type == DeviceType.CUDA && !DeterministicKernels.AreKnown)
            warnings.Add("On this system torch's kernels cannot be told to add in one order: the same seed may give weights that differ in their last digits.");
        network.to(device);
        feed = new BatchFeed(data, options, device);
        var stepsPerEpoch = (feed.BatchesPerEpoch + options.Accumulation - 1) / options.Accumulation;
        plan = new TrainingPlan(data, options.Epochs, stepsPerEpoch, options.BatchSize * options.Accumulation, options.Seed, device);
        objective.TrainingBegun(network, plan);
        stepper = new ParameterStepper(network, objective, options.Optimizer, options.Rates);
        this.validation = validation is null ? null : new Validation(validation, device);
        average = options.Averaging is null ? null : new WeightSet(network);
        best = options.EarlyStopping is null ? null : new WeightSet(network);
        store = options.Checkpoints is null ? null : new CheckpointStore(options.Checkpoints.Folder);
        settings = store is null ? new Dictionary<string, string>() : TrainingSettings.Of(options, network, objective, data, validation);
    }

    private double RateFactor => options.Schedule.Factor(position.Steps, plan.StepsPerEpoch, plan.Epochs);

    public TrainingResult Complete(CancellationToken cancellation)
    {
        Resume();
        while (position.Epoch < plan.Epochs && !position.Stopped)
            RunEpoch(cancellation);
        TakeFinalWeights();
        network.eval();
        return new TrainingResult
        {
            History = position.History,
            Steps = position.Steps,
            BestEpoch = best is null ? null : position.BestEpoch,
            StoppedEarly = position.Stopped,
            Resumed = resumed,
            Warnings = warnings,
        };
    }

    public void Dispose()
    {
        feed.Dispose();
        stepper.Dispose();
    }

    private void RunEpoch(CancellationToken cancellation)
    {
        if (!epochBegun)
            BeginEpoch();
        epochBegun = false;
        stepper.EnterTrainingMode();
        feed.Begin(position.Epoch, position.StepsInEpoch * options.Accumulation);
        var rate = 0.0;
        while (position.StepsInEpoch < plan.StepsPerEpoch)
        {
            if (cancellation.IsCancellationRequested)
                WriteCheckpoint();
            cancellation.ThrowIfCancellationRequested();
            rate = RateFactor * options.Optimizer.LearningRate;
            Step();
            progress?.Report(new(position.Epoch, plan.Epochs, position.Steps, plan.Steps, position.LossSum / position.Samples, rate));
            if (options.Checkpoints?.EverySteps is { } every && position.Steps % every == 0 && position.StepsInEpoch < plan.StepsPerEpoch)
                WriteCheckpoint();
        }
        EndEpoch(rate);
        if (options.Checkpoints is { } checkpoints && (position.Epoch % checkpoints.EveryEpochs == 0 || position.Epoch == plan.Epochs || position.Stopped))
            WriteCheckpoint();
    }

    private void BeginEpoch()
    {
        network.eval();
        objective.EpochBegun(network, position.Epoch);
        epochBegun = true;
    }

    // An epoch that was under way begins again for the objective, which then gets back what it carried at the step.
    private void Resume()
    {
        using var checkpoint = store?.Open(warnings);
        if (checkpoint is null)
            return;
        TrainingSettings.Check(checkpoint.State.Settings, settings, options.Checkpoints!.Folder);
        position = checkpoint.State.Position;
        checkpoint.CopyTo(NetworkTensors);
        if (position.StepsInEpoch > 0)
            BeginEpoch();
        checkpoint.CopyTo(NetworkTensors.Concat(CarriedTensors));
        stepper.Recall(checkpoint);
        (resumed, stepsWritten) = (true, position.Steps);
    }

    private void WriteCheckpoint()
    {
        if (store is null || position.Steps == stepsWritten)
            return;
        store.Write(new CheckpointState(settings, position, stepper.Steps), NetworkTensors.Concat(CarriedTensors).Concat(stepper.Memory));
        stepsWritten = position.Steps;
    }

    private IEnumerable<(string Name, Tensor Tensor)> NetworkTensors => Prefixed("network", WeightSet.Live(network));

    private IEnumerable<(string Name, Tensor Tensor)> CarriedTensors => stepper.ObjectiveParameters
        .Concat(Prefixed("state", objective.State))
        .Concat(Prefixed("average", average?.Tensors))
        .Concat(Prefixed("best", position.BestScore is null ? null : best?.Tensors));

    private static IEnumerable<(string Name, Tensor Tensor)> Prefixed(string prefix, IEnumerable<(string Name, Tensor Tensor)>? tensors) =>
        tensors?.Select(t => ($"{prefix}.{t.Name}", t.Tensor)) ?? [];

    private void Step()
    {
        using var scope = NewDisposeScope();
        network.BeginStep(position.Steps);
        objective.BatchBegun(network, position.Steps);
        var batches = Math.Min(options.Accumulation, feed.BatchesPerEpoch - position.StepsInEpoch * options.Accumulation);
        var samples = feed.SamplesAhead(batches);
        for (var b = 0; b < batches; b++)
            Accumulate(samples);
        objective.GradientsReady(network, position.Steps);
        var norm = stepper.GradientNorm(options.ClipNorm);
        if (!double.IsFinite(norm))
            throw Diverged($"the gradient norm is {norm}", batch: null, norm);
        lastNorm = norm;
        stepper.Step(RateFactor);
        stepper.ClearGradients();
        objective.StepTaken(network, position.Steps);
        if (options.Averaging is ExponentialAveraging { Decay: var decay })
            average!.Blend(Math.Min(decay, (1.0 + position.Averaged) / (10.0 + position.Averaged++)));
        position.StepsInEpoch++;
        position.Steps++;
    }

    // A batch weighs by its share of the step's samples, so that means add up to the mean.
    private void Accumulate(int samplesOfStep)
    {
        using var scope = NewDisposeScope();
        var batch = feed.Next(scope);
        var samples = batch.Count / batch.Views;
        var loss = objective.Loss(network, batch);
        var value = ScalarOf(loss);
        if (!double.IsFinite(value))
            throw Diverged($"the loss is {value}", batch, lastNorm);
        (samples == samplesOfStep ? loss : loss * ((double)samples / samplesOfStep)).backward();
        position.LossSum += value * samples;
        position.Samples += samples;
    }

    private static double ScalarOf(Tensor loss) => loss.numel() == 1
        ? loss.detach().to(float64).item<double>()
        : throw new InvalidOperationException($"The objective's loss has shape [{string.Join(",", loss.shape)}]; a scalar was expected.");

    private void EndEpoch(double rate)
    {
        if (options.Averaging is StochasticAveraging { FromEpoch: var from } && position.Epoch >= from)
            average!.Blend(position.Averaged / (position.Averaged++ + 1.0));
        network.eval();
        using (no_grad())
        using (NewDisposeScope())
            objective.EpochEnded(network, position.Epoch);
        var scores = Validate();
        position.History.Add(new(position.Epoch, position.LossSum / position.Samples, rate, scores));
        progress?.Report(new(position.Epoch, plan.Epochs, position.Steps, plan.Steps, position.LossSum / position.Samples, rate, EpochDone: true, scores));
        position.Epoch++;
        (position.StepsInEpoch, position.LossSum, position.Samples) = (0, 0, 0);
    }

    // The weights that are judged are those that would be kept.
    private ValidationScores? Validate()
    {
        if (validation is null)
            return null;
        var judged = options.Averaging is ExponentialAveraging ? average : null;
        judged?.Swap();
        var scores = validation.Scores(network, objective, options.BatchSize);
        if (options.EarlyStopping is { } stopping)
            Judge(stopping, scores);
        judged?.Swap();
        return scores;
    }

    private void Judge(EarlyStopping stopping, ValidationScores scores)
    {
        var score = stopping.Score(scores);
        if (position.BestScore is null || score > position.BestScore + stopping.MinimumGain)
        {
            (position.BestScore, position.BestEpoch) = (score, position.Epoch);
            best!.Take();
        }
        position.Stopped = position.Epoch - position.BestEpoch >= stopping.Patience;
    }

    private void TakeFinalWeights()
    {
        if (best is not null)
            best.Give();
        else
            average?.Give();
        if (options.Averaging is StochasticAveraging)
            BatchNormStatistics.Recompute(network, feed, plan.Epochs);
    }

    private TrainingDivergedException Diverged(string what, Batch? batch, double norm)
    {
        using var gradients = no_grad();
        network.eval();
        var largest = batch is null ? double.NaN : network.call(batch.Inputs).abs().max().to(float64).item<double>();
        return new TrainingDivergedException(
            what, position.Epoch, position.Steps, RateFactor * options.Optimizer.LearningRate, largest, norm,
            batch is null || batch.Inputs.isfinite().all().item<bool>(), store?.Latest);
    }
}
