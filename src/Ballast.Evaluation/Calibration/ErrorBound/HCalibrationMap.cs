using Ballast.Core;

namespace Ballast.Evaluation.Calibration.ErrorBound;

/// <summary>Which map of log probabilities h-calibration learns; each keeps the order of a row's classes.</summary>
public abstract record HCalibrationMap
{
    private HCalibrationMap()
    {
    }

    internal abstract MapFamily Family(double[] logProbabilities, double inverseTemperature, int seed);

    internal abstract string Name { get; }

    /// <summary>A rising piecewise linear function of -log p.</summary>
    /// <param name="Segments">Segments m at most, at least 1; equal knots are merged.</param>
    public sealed record PiecewiseLinear(int Segments = 10) : HCalibrationMap
    {
        private readonly int segments = Guard.InRange(Segments, 1, 10_000);

        internal override string Name => "piecewise linear";

        internal override MapFamily Family(double[] logProbabilities, double inverseTemperature, int seed) =>
            new PiecewiseLinearFamily(logProbabilities, segments, inverseTemperature);
    }

    /// <summary>A mixture of temperatures.</summary>
    /// <param name="Temperatures">m, at least 1; the authors use 16 to 128.</param>
    public sealed record TemperatureEnsemble(int Temperatures = 16) : HCalibrationMap
    {
        private readonly int temperatures = Guard.InRange(Temperatures, 1, 10_000);

        internal override string Name => "temperature ensemble";

        internal override MapFamily Family(double[] logProbabilities, double inverseTemperature, int seed) =>
            new TemperatureEnsembleFamily(temperatures, inverseTemperature);
    }

    /// <summary>The integral of a positive network.</summary>
    /// <param name="Hidden">Units of both hidden layers, 1 to 1000; the authors use 2 to 50.</param>
    public sealed record MonotoneNetwork(int Hidden = 10) : HCalibrationMap
    {
        private readonly int hidden = Guard.InRange(Hidden, 1, 1000);

        internal override string Name => "monotone network";

        internal override MapFamily Family(double[] logProbabilities, double inverseTemperature, int seed) =>
            new MonotoneNetworkFamily(logProbabilities, hidden, inverseTemperature, seed);
    }
}
