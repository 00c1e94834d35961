using Ballast.Core;

namespace Ballast.Learning.Tabular;

/// <summary>A learning algorithm for classes: options in, a trained model out. Fitting never changes the algorithm itself.</summary>
public interface IClassifier
{
    /// <summary>What a user calls it, such as "boosted trees".</summary>
    string Name { get; }

    /// <summary>Trains on labelled samples (weights honoured; NaN features are missing values). Classes without rows get probability 0.</summary>
    /// <param name="train">Labelled samples.</param>
    /// <param name="validation">Samples for early stopping; null: the algorithm sets some aside itself where it needs any.</param>
    /// <param name="cancellation">Stops the work.</param>
    /// <exception cref="ArgumentException">No labels, or fewer than two classes with rows.</exception>
    ITrainedClassifier Fit(Dataset train, Dataset? validation = null, CancellationToken cancellation = default);
}

/// <summary>A trained model of classes.</summary>
public interface ITrainedClassifier
{
    /// <summary>Names of class 0..K-1, as in the training set.</summary>
    IReadOnlyList<string> ClassNames { get; }

    /// <summary>The features it was trained on, in order.</summary>
    IReadOnlyList<FeatureColumn> Columns { get; }

    /// <summary>Probabilities of every class for every sample, with the samples' row ids.</summary>
    /// <exception cref="ArgumentException">The samples have other features than the training set had.</exception>
    Predictions Predict(Dataset data);
}
