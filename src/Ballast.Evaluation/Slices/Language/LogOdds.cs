namespace Ballast.Evaluation.Slices.Language;

/// <summary>z of the log-odds ratio with an informative Dirichlet prior (Monroe, Colaresi and Quinn, 2008).</summary>
public static class LogOdds
{
    /// <summary>How much oftener a phrase is in y1 of n1 sentences than in y2 of n2.</summary>
    /// <param name="y1">Sentences with it among the first.</param>
    /// <param name="n1">The first.</param>
    /// <param name="y2">Sentences with it among the second.</param>
    /// <param name="n2">The second.</param>
    /// <param name="alpha">Prior count of it, above 0.</param>
    /// <param name="alpha0">Prior count in all, above alpha.</param>
    public static (double Delta, double Z) Compare(double y1, double n1, double y2, double n2, double alpha = 1, double alpha0 = 2)
    {
        var delta = Math.Log((y1 + alpha) / (n1 + alpha0 - y1 - alpha)) - Math.Log((y2 + alpha) / (n2 + alpha0 - y2 - alpha));
        return (delta, delta / Math.Sqrt(1 / (y1 + alpha) + 1 / (y2 + alpha)));
    }
}
