using Ballast.Core;

namespace Ballast.Learning.Tabular;

/// <summary>A learning algorithm for real targets.</summary>
public interface IRegressor
{
    /// <summary>What a user calls it.</summary>
    string Name { get; }

    /// <summary>Trains on samples with <see cref="Dataset.Targets"/>.</summary>
    /// <exception cref="ArgumentException">No targets.</exception>
    ITrainedRegressor Fit(Dataset train, Dataset? validation = null, CancellationToken cancellation = default);
}

/// <summary>A trained model of real targets.</summary>
public interface ITrainedRegressor
{
    /// <summary>The features it was trained on, in order.</summary>
    IReadOnlyList<FeatureColumn> Columns { get; }

    /// <summary>One value a sample.</summary>
    double[] Predict(Dataset data);
}
