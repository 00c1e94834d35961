using System.Numerics.Tensors;
using Ballast.Core;

namespace Ballast.Learning.Tabular;

/// <summary>Several learners whose probabilities are averaged: their errors differ, so the mean is often better than each and better calibrated.</summary>
/// <param name="members">At least one learner.</param>
public sealed class AveragedClassifier(params IReadOnlyList<IClassifier> members) : IClassifier
{
    /// <summary>The learners.</summary>
    public IReadOnlyList<IClassifier> Members { get; } = members.Count > 0 ? members : throw new ArgumentException("An average needs at least one learner.", nameof(members));

    /// <inheritdoc/>
    public string Name => "average of " + string.Join(" and ", Members.Select(m => m.Name));

    /// <inheritdoc/>
    public ITrainedClassifier Fit(Dataset train, Dataset? validation = null, CancellationToken cancellation = default) =>
        new TrainedAverage([.. Members.Select(m => m.Fit(train, validation, cancellation))]);
}

/// <summary>Trained models whose probabilities are averaged.</summary>
/// <param name="members">At least one model; all of the same classes and features.</param>
public sealed class TrainedAverage(IReadOnlyList<ITrainedClassifier> members) : ITrainedClassifier
{
    /// <summary>The models.</summary>
    public IReadOnlyList<ITrainedClassifier> Members { get; } = members.Count > 0 ? members : throw new ArgumentException("An average needs at least one model.", nameof(members));

    /// <inheritdoc/>
    public IReadOnlyList<string> ClassNames => Members[0].ClassNames;

    /// <inheritdoc/>
    public IReadOnlyList<FeatureColumn> Columns => Members[0].Columns;

    /// <inheritdoc/>
    public Predictions Predict(Dataset data) => PredictionsMean.Of([.. Members.Select(m => m.Predict(data))]);
}

/// <summary>The mean of several predictions for the same rows.</summary>
public static class PredictionsMean
{
    /// <summary>Element by element; row ids are the first's.</summary>
    /// <exception cref="ArgumentException">None given, or their shapes differ.</exception>
    public static Predictions Of(params IReadOnlyList<Predictions> all)
    {
        ArgumentNullException.ThrowIfNull(all);
        if (all.Count == 0)
            throw new ArgumentException("A mean needs at least one set of predictions.", nameof(all));
        var sum = all[0].Values.ToArray();
        foreach (var other in all.Skip(1))
        {
            Guard.SameLength(sum.Length, other.Values.Length, "the first predictions", "the others");
            TensorPrimitives.Add(sum, other.Values, sum);
        }
        TensorPrimitives.Divide(sum, all.Count, sum);
        return new Predictions(sum, all[0].Classes, all[0].RowIds);
    }
}
