namespace Ballast.Evaluation.Calibration.ErrorBound;

/// <summary>A family of maps of log probabilities with parameters to learn.</summary>
internal abstract class MapFamily
{
    /// <summary>Where learning starts.</summary>
    public abstract double[] Start { get; }

    /// <summary>Prepares the family for some rows.</summary>
    /// <param name="logProbabilities">n x K normalised logits; not changed, kept.</param>
    /// <param name="classes">K.</param>
    public abstract BoundMap Bind(double[] logProbabilities, int classes);

    /// <summary>The learned map.</summary>
    public abstract LogitMap ToMap(double[] parameters);
}

/// <summary>A family bound to rows: probabilities for parameters, and slopes of a loss in the parameters from its slopes in the probabilities.</summary>
internal abstract class BoundMap
{
    /// <summary>Writes the n x K probabilities.</summary>
    public abstract void Forward(double[] parameters, double[] probabilities);

    /// <summary>Writes the slopes in the parameters; called after <see cref="Forward"/> with the same parameters.</summary>
    /// <param name="parameters">The parameters.</param>
    /// <param name="probabilities">What Forward wrote.</param>
    /// <param name="slopes">n x K slopes of the loss in the probabilities.</param>
    /// <param name="gradient">Receives the slopes in the parameters.</param>
    public abstract void Backward(double[] parameters, double[] probabilities, double[] slopes, double[] gradient);

    /// <summary>With p = softmax(s): turns slopes in p into slopes in s, p_k (g_k - sum_j p_j g_j).</summary>
    protected static void ThroughSoftmax(ReadOnlySpan<double> probabilities, ReadOnlySpan<double> slopes, Span<double> scoreSlopes)
    {
        var mean = 0.0;
        for (var k = 0; k < probabilities.Length; k++)
            mean += probabilities[k] * slopes[k];
        for (var k = 0; k < probabilities.Length; k++)
            scoreSlopes[k] = probabilities[k] * (slopes[k] - mean);
    }
}
