using Ballast.Core;
using Ballast.Learning.Networks;
using Ballast.Learning.Training.Averaging;
using Ballast.Learning.Training.Feeding;

namespace Ballast.Learning.Training;

/// <summary>Whether options, samples and network fit each other.</summary>
internal static class TrainingChecks
{
    public static void Check(TrainerOptions options, Network network, Objective objective, Dataset data, Dataset? validation)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(objective);
        ArgumentNullException.ThrowIfNull(data);
        CheckSamples(data, nameof(data));
        SampleShapes.Check(network, options.Transform?.OutputShape(data.SampleShape) ?? data.SampleShape, nameof(data));
        if (options.PartialBatch == PartialBatch.Drop && options.Sampler.DrawsPerEpoch(data) < options.BatchSize)
            throw new ArgumentException($"{options.Sampler.DrawsPerEpoch(data)} samples an epoch do not fill one batch of {options.BatchSize}, and partial batches are dropped.", nameof(options));
        if (validation is not null)
            CheckValidation(network, data, validation);
        if (options.EarlyStopping is { } stopping)
            CheckEarlyStopping(options, stopping, data, validation);
        if (options.Averaging is StochasticAveraging { FromEpoch: var from } && from >= options.Epochs)
            throw new ArgumentException($"Weights are averaged from epoch {from} on, but there are {options.Epochs} epochs, counted from 0.", nameof(options));
    }

    /// <summary>Sentences about classes that no training sample has.</summary>
    public static IEnumerable<string> AbsentClasses(Dataset data)
    {
        var counts = data.ClassCounts();
        var absent = Enumerable.Range(0, counts.Length).Where(k => counts[k] == 0).Select(k => $"'{data.ClassNames[k]}'").ToArray();
        return data.Labels.IsEmpty || absent.Length == 0
            ? []
            : [$"No training sample has the class{(absent.Length == 1 ? "" : "es")} {string.Join(", ", absent)}: the network cannot learn to predict {(absent.Length == 1 ? "it" : "them")}."];
    }

    private static void CheckSamples(Dataset data, string name)
    {
        if (data.Count == 0)
            throw new ArgumentException("There are no samples to train on.", name);
        if (data.Labels.IsEmpty && data.Targets.IsEmpty)
            throw new ArgumentException("The samples have neither labels nor targets.", name);
        if (!data.Labels.IsEmpty && data.ClassCount < 2)
            throw new ArgumentException($"The samples have one class alone, '{data.ClassNames[0]}': there is nothing to tell apart.", name);
    }

    private static void CheckValidation(Network network, Dataset data, Dataset validation)
    {
        SampleShapes.Check(network, validation.SampleShape, nameof(validation));
        if (validation.Count == 0)
            throw new ArgumentException("The validation set is empty.", nameof(validation));
        if (validation.Labels.IsEmpty != data.Labels.IsEmpty || validation.Targets.IsEmpty != data.Targets.IsEmpty || validation.ClassCount != data.ClassCount)
            throw new ArgumentException("The validation set must have the training set's classes, or targets as it has.", nameof(validation));
    }

    private static void CheckEarlyStopping(TrainerOptions options, EarlyStopping stopping, Dataset data, Dataset? validation)
    {
        if (validation is null)
            throw new ArgumentException("Early stopping needs a validation set.", nameof(validation));
        if (stopping.Metric != EarlyStoppingMetric.Loss && data.Labels.IsEmpty)
            throw new ArgumentException($"Early stopping by {stopping.Metric} needs classes.", nameof(options));
        if (options.Averaging is StochasticAveraging)
            throw new ArgumentException("Weights averaged at the ends of epochs exist at the end of training alone: early stopping cannot judge them. Use exponential averaging.", nameof(options));
    }
}
