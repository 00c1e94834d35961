using Ballast.Core;
using Ballast.Learning.Networks;
using Ballast.Learning.Training.Averaging;
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
    private readonly TrainingPosition position = new();
    private double lastNorm = double.NaN;

    public TrainingRun(TrainerOptions options, Network network, Objective objective, Dataset data, Dataset? validation, IProgress<TrainingProgress>? progress)
    {
        (this.options, this.network, this.objective, this.progress) = (options, network, objective, progress);
        warnings = [.. TrainingChecks.AbsentClasses(data)];
        var device = options.Device.Resolve();
        network.to(device);
        feed = new BatchFeed(data, options, device);
        var stepsPerEpoch = (feed.BatchesPerEpoch + options.Accumulation - 1) / options.Accumulation;
        plan = new TrainingPlan(data, options.Epochs, stepsPerEpoch, options.BatchSize * options.Accumulation, options.Seed, device);
        objective.TrainingBegun(network, plan);
        stepper = new ParameterStepper(network, objective, options.Optimizer, options.Rates);
        this.validation = validation is null ? null : new Validation(validation, device);
        average = options.Averaging is null ? null : new WeightSet(network);
        best = options.EarlyStopping is null ? null : new WeightSet(network);
    }

    private double RateFactor => options.Schedule.Factor(position.Steps, plan.StepsPerEpoch, plan.Epochs);

    public TrainingResult Complete(CancellationToken cancellation)
    {
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
        objective.EpochBegun(network, position.Epoch);
        stepper.EnterTrainingMode();
        feed.Begin(position.Epoch, position.StepsInEpoch * options.Accumulation);
        var rate = 0.0;
        while (position.StepsInEpoch < plan.StepsPerEpoch)
        {
            cancellation.ThrowIfCancellationRequested();
            rate = RateFactor * options.Optimizer.LearningRate;
            Step();
            progress?.Report(new(position.Epoch, plan.Epochs, position.Steps, plan.Steps, position.LossSum / position.Samples, rate));
        }
        EndEpoch(rate);
    }

    private void Step()
    {
        using var scope = NewDisposeScope();
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
            batch is null || batch.Inputs.isfinite().all().item<bool>(), checkpoint: null);
    }
}
