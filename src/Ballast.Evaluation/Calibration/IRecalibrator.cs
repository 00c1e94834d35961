using System.Text.Json.Serialization;
using Ballast.Core;
using Ballast.Evaluation.Calibration.Curves;
using Ballast.Evaluation.Calibration.ErrorBound;
using Ballast.Evaluation.Calibration.Scaling;

namespace Ballast.Evaluation.Calibration;

/// <summary>A way to mend probabilities: learns a map from predictions with known labels. Fit it on rows that trained neither the model nor anything it is judged by.</summary>
public interface IRecalibrator
{
    /// <summary>What a user calls it, such as "temperature scaling".</summary>
    string Name { get; }

    /// <summary>Learns the map.</summary>
    /// <param name="predictions">n x K probabilities.</param>
    /// <param name="labels">n classes 0..K-1.</param>
    /// <param name="cancellation">Stops the work.</param>
    /// <exception cref="ArgumentException">There are no rows, lengths differ, or a label lies outside 0..K-1.</exception>
    ITrainedRecalibrator Fit(Predictions predictions, ReadOnlySpan<int> labels, CancellationToken cancellation = default);

    /// <summary>What a user should know about a fit on these labels, as sentences.</summary>
    /// <param name="labels">n classes 0..K-1.</param>
    /// <param name="classes">Number of classes K.</param>
    IReadOnlyList<string> Notes(ReadOnlySpan<int> labels, int classes) => [];
}

/// <summary>A learned map of probabilities; goes to JSON and back through this interface.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "method")]
[JsonDerivedType(typeof(TemperatureMap), "temperature")]
[JsonDerivedType(typeof(PlattMap), "platt")]
[JsonDerivedType(typeof(IsotonicMap), "isotonic")]
[JsonDerivedType(typeof(PriorShiftMap), "prior-shift")]
[JsonDerivedType(typeof(ChainedMap), "chain")]
[JsonDerivedType(typeof(VectorMap), "vector")]
[JsonDerivedType(typeof(MatrixMap), "matrix")]
[JsonDerivedType(typeof(TemperatureMixtureMap), "temperature-mixture")]
[JsonDerivedType(typeof(OneAgainstRestMap), "one-against-rest")]
[JsonDerivedType(typeof(TopLabelMap), "top-label")]
[JsonDerivedType(typeof(TemperatureEnsembleMap), "temperature-ensemble")]
[JsonDerivedType(typeof(PiecewiseLinearMap), "piecewise-linear")]
[JsonDerivedType(typeof(MonotoneNetworkMap), "monotone-network")]
public interface ITrainedRecalibrator
{
    /// <summary>The mended probabilities of the same rows.</summary>
    /// <exception cref="ArgumentException">The map depends on the classes and the predictions have another number of them than those it was fitted on.</exception>
    Predictions Apply(Predictions predictions);
}
