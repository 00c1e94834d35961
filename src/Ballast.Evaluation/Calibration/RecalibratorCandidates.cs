using Ballast.Evaluation.Calibration.Curves;
using Ballast.Evaluation.Calibration.ErrorBound;
using Ballast.Evaluation.Calibration.Scaling;

namespace Ballast.Evaluation.Calibration;

/// <summary>The recalibrators there are, by the names of the command line.</summary>
public static class RecalibratorCandidates
{
    /// <summary>Classes above which leaving each out in turn would take too long.</summary>
    private const int MostClassesInTurn = 30;

    /// <summary>Steps of h-calibration: from temperature scaling the way is short.</summary>
    private const int Steps = 300, Patience = 60;

    /// <summary>Rows a matrix wants for each of its numbers.</summary>
    private const int RowsANumber = 10;

    private static readonly (string Key, Func<int, int, IRecalibrator> Make)[] s_all =
    [
        ("temperature", (_, _) => new TemperatureScaling()),
        ("ensemble-temperature", (_, _) => new EnsembleTemperatureScaling()),
        ("vector", (_, _) => new VectorScaling()),
        ("matrix", (_, seed) => new MatrixScaling(LogitInput.AsGiven, seed)),
        ("dirichlet", (_, seed) => new MatrixScaling(LogitInput.LogProbabilities, seed)),
        ("platt", (_, _) => new PlattScaling()),
        ("beta", (_, _) => new BetaCalibration()),
        ("isotonic", (_, _) => new IsotonicRecalibration()),
        ("isotonic-top", (_, _) => new IsotonicRecalibration(RecalibrationScope.TopLabel)),
        ("histogram", (_, _) => new HistogramBinning()),
        ("histogram-mass", (_, _) => new HistogramBinning(placement: BinPlacement.EqualMass)),
        ("histogram-top", (_, _) => new HistogramBinning(RecalibrationScope.TopLabel)),
        ("bbq", (classes, _) => new BayesianBinning(classes == 2 ? RecalibrationScope.OneAgainstRest : RecalibrationScope.TopLabel)),
        ("spline", (_, _) => new SplineCalibration()),
        ("h-calibration", (classes, seed) => H(classes, seed, new HCalibrationMap.PiecewiseLinear())),
        ("h-calibration-ensemble", (classes, seed) => H(classes, seed, new HCalibrationMap.TemperatureEnsemble())),
        ("h-calibration-network", (classes, seed) => H(classes, seed, new HCalibrationMap.MonotoneNetwork())),
    ];

    /// <summary>All keys.</summary>
    public static IReadOnlyList<string> Keys { get; } = [.. s_all.Select(entry => entry.Key)];

    /// <summary>Those that take milliseconds, for use inside other loops.</summary>
    public static IReadOnlyList<string> QuickKeys { get; } = ["temperature", "ensemble-temperature", "vector", "beta", "isotonic"];

    /// <summary>The recalibrator of a key.</summary>
    /// <param name="key">One of <see cref="Keys"/>.</param>
    /// <param name="classes">Number of classes K.</param>
    /// <param name="seed">Seed of what it draws.</param>
    /// <exception cref="ArgumentException">There is no such key.</exception>
    public static IRecalibrator Make(string key, int classes, int seed = 0) =>
        s_all.FirstOrDefault(entry => entry.Key == key).Make?.Invoke(classes, seed) ?? throw new ArgumentException($"There is no recalibrator '{key}'; there are {string.Join(", ", Keys)}.", nameof(key));

    /// <summary>The keys worth trying on n rows of K classes, and why the others are not. Matrix scaling is Dirichlet calibration on probabilities; the larger maps of h-calibration take long and gain nothing over the piecewise linear one.</summary>
    public static (IReadOnlyList<string> Keys, IReadOnlyList<string> Notes) Sensible(int rows, int classes)
    {
        var numbers = (long)classes * (classes + 1);
        string[] left = numbers * RowsANumber > rows ? ["matrix", "dirichlet"] : ["matrix"];
        return (
            [.. Keys.Except(left).Where(key => key is not ("h-calibration-network" or "h-calibration-ensemble"))],
            numbers * RowsANumber > rows ? [$"Matrix scaling and Dirichlet calibration were not tried: {numbers} numbers want {numbers * RowsANumber} rows, there are {rows}."] : []);
    }

    private static HCalibration H(int classes, int seed, HCalibrationMap map) => new(new HCalibrationOptions
    {
        Map = map,
        Seed = seed,
        Steps = Steps,
        Patience = Patience,
        Objective = new ErrorBoundOptions { LeftOut = classes > MostClassesInTurn ? ClassesLeftOut.None : ClassesLeftOut.EachInTurn },
    });
}
