namespace Ballast.Robustness.Disparity;

/// <summary>sign(w·x + b).</summary>
/// <param name="W">[d] w.</param>
/// <param name="B">b.</param>
public sealed record LinearClassifier(IReadOnlyList<double> W, double B)
{
    /// <summary>w·x + b.</summary>
    public double Score(ReadOnlySpan<float> x)
    {
        var score = B;
        for (var j = 0; j < x.Length; j++)
            score += W[j] * x[j];
        return score;
    }
}
