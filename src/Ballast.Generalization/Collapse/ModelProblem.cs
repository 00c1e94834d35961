namespace Ballast.Generalization.Collapse;

/// <summary>The constants of the unconstrained-features problem: N, M, the pressures and the scales that turn a mode into norms.</summary>
/// <remarks>
/// Source: Dang et al. (ICML 2023). The loss is 1/(2N) ||W_M...W_1 H - Y||^2 + sum_j lambda_Wj/2 ||W_j||^2 + lambda_H/2 ||H||^2;
/// it decouples into x_k = argmin over x of at least 0 of 1/(x^M + 1) + b_k x.
/// </remarks>
internal sealed class ModelProblem
{
    private readonly long samples;
    private readonly double lambdaH, logMagnitude, firstDecay, lastDecay, logC;

    public ModelProblem(ReadOnlySpan<int> counts, ReadOnlySpan<double> lambdaW, double lambdaH)
    {
        if (counts.Length < 2)
            throw new ArgumentException($"There are {counts.Length} classes; at least 2 are needed.", nameof(counts));
        for (var k = 0; k < counts.Length; k++)
            if (counts[k] <= 0)
                throw new ArgumentException($"Class {k} has {counts[k]} samples; at least 1 is needed.", nameof(counts));
        foreach (var count in counts)
            samples += count;
        Layers = lambdaW.Length;
        if (Layers == 0)
            throw new ArgumentException("There must be at least one linear layer.", nameof(lambdaW));
        foreach (var lambda in lambdaW)
            CheckDecay(lambda, nameof(lambdaW));
        this.lambdaH = CheckDecay(lambdaH, nameof(lambdaH));
        (firstDecay, lastDecay) = (lambdaW[0], lambdaW[^1]);
        var logProduct = 0.0;
        foreach (var lambda in lambdaW)
            logProduct += Math.Log(lambda);
        logC = Layers * Math.Log(firstDecay) - logProduct;                                     // c = lambda_1^(M-1) / (lambda_2 ... lambda_M)
        logMagnitude = (Math.Log(samples) + Math.Log(lambdaH) + logProduct) / Layers;          // (N lambda_H P)^(1/M)
    }

    /// <summary>M.</summary>
    public int Layers { get; }

    /// <summary>N.</summary>
    public long Samples => samples;

    /// <summary>The pressure from which zero wins: 1 for M = 1, (M-1)^((M-1)/M) / M beyond.</summary>
    public double Threshold => ThresholdOf(Layers);

    public static double ThresholdOf(int layers) => layers == 1 ? 1 : Math.Pow(layers - 1, (layers - 1.0) / layers) / layers;

    /// <summary>b_k = (M N / n_k) (N lambda_H P)^(1/M).</summary>
    public double Pressure(int count) => (double)Layers * samples / count * Math.Exp(logMagnitude);

    /// <summary>Samples at which the pressure equals the threshold.</summary>
    public double MinSamples => (double)Layers * samples * Math.Exp(logMagnitude) / Threshold;

    /// <summary>x_k for a pressure below the threshold: the larger root of M x^(M-1) / (x^M + 1)^2 = b.</summary>
    public double Mode(double pressure)
    {
        if (Layers == 1)
            return (1 - pressure) / (Math.Sqrt(pressure) * (1 + Math.Sqrt(pressure)));        // 1/sqrt(b) - 1 without cancellation
        // In t = log x the logarithm of the left side falls beyond its peak; the smaller root is a maximum of the objective.
        var wanted = Math.Log(pressure);
        double Excess(double t) => Math.Log(Layers) + (Layers - 1) * t - 2 * SoftPlus(Layers * t) - wanted;
        var low = Math.Log((Layers - 1.0) / (Layers + 1)) / Layers;
        var high = low + 1;
        while (Excess(high) > 0)
            high = low + 2 * (high - low);
        while (true)
        {
            var middle = low + (high - low) / 2;
            if (middle <= low || middle >= high)
                return Math.Exp(middle);
            if (Excess(middle) > 0)
                low = middle;
            else
                high = middle;
        }
    }

    /// <summary>min over x of 1/(x^M + 1) + b x, at the mode; 1 at x = 0.</summary>
    public double Cost(double mode, double pressure) => mode == 0 ? 1 : 1 / (1 + Math.Exp(Layers * Math.Log(mode))) + pressure * mode;

    /// <summary>||row of W_M||^2 = s^2 lambda_1 / lambda_M, s^2 = (N lambda_H / c)^(1/M) x.</summary>
    public double ClassifierSquaredNorm(double mode) =>
        mode == 0 ? 0 : Math.Exp((Math.Log(samples) + Math.Log(lambdaH) - logC) / Layers) * mode * firstDecay / lastDecay;

    /// <summary>x^M / (x^M + 1).</summary>
    public double DiagonalLogit(double mode) => mode == 0 ? 0 : 1 / (1 + Math.Exp(-Layers * Math.Log(mode)));

    /// <summary>||h_k||^2 = x^M / (N lambda_H (x^M + 1)^2).</summary>
    public double FeatureSquaredNorm(double mode) => mode == 0 ? 0 : DiagonalLogit(mode) / (1 + Math.Exp(Layers * Math.Log(mode))) / (samples * lambdaH);

    internal static double CheckDecay(double lambda, string name) => lambda > 0 && double.IsFinite(lambda)
        ? lambda
        : throw new ArgumentException($"A weight decay is {lambda}; expected a finite number greater than 0.", name);

    private static double SoftPlus(double t) => Math.Max(t, 0) + Math.Log(1 + Math.Exp(-Math.Abs(t)));
}
