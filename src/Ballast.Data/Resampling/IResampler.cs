using Ballast.Core;

namespace Ballast.Data.Resampling;

/// <summary>Makes another training set of a labelled one by adding rows, removing rows, or both.</summary>
/// <remarks>
/// To be used on training rows only, inside every fold: resampling before a split puts relatives of test rows into training. Probabilities of a model
/// trained on the result belong to the result's class shares; <see cref="PriorCorrection"/> brings them back to the true ones.
/// </remarks>
public interface IResampler
{
    /// <summary>What a user calls the method, such as "SMOTE-NC".</summary>
    string Name { get; }

    /// <summary>Resamples; the input stays as it is. The same seed gives the same result on any number of threads.</summary>
    /// <param name="data">Labelled rows. Every feature must be known and finite.</param>
    /// <param name="cancellation">Stops the work.</param>
    /// <exception cref="ArgumentException">No labels, fewer than two classes with rows, too few rows in a class, or a target that the method cannot reach.</exception>
    /// <exception cref="DataFormatException">A feature is missing or infinite; names the column and the row.</exception>
    /// <exception cref="OperationCanceledException">The work was stopped.</exception>
    ResampleResult Resample(Dataset data, CancellationToken cancellation = default);
}
