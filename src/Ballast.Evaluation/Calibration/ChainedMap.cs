using Ballast.Core;

namespace Ballast.Evaluation.Calibration;

/// <summary>Several maps, one after the other.</summary>
/// <param name="Maps">The maps, in the order applied.</param>
public sealed record ChainedMap(IReadOnlyList<ITrainedRecalibrator> Maps) : ITrainedRecalibrator
{
    /// <inheritdoc/>
    public Predictions Apply(Predictions predictions) => Maps.Aggregate(predictions, (mended, map) => map.Apply(mended));
}
