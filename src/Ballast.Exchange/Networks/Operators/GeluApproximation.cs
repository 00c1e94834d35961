namespace Ballast.Exchange.Networks.Operators;

/// <summary>How the normal distribution function in <see cref="GeluOperator"/> is computed.</summary>
public enum GeluApproximation
{
    /// <summary>By the error function.</summary>
    None,

    /// <summary>(1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))) / 2.</summary>
    Tanh,
}
