namespace Ballast.Exchange.Networks.Operators;

/// <summary>The functions of <see cref="UnaryOperator"/>.</summary>
public enum UnaryFunction
{
    /// <summary>-x.</summary>
    Negate,

    /// <summary>|x|.</summary>
    Absolute,

    /// <summary>e^x.</summary>
    Exponential,

    /// <summary>Natural logarithm.</summary>
    Logarithm,

    /// <summary>Square root.</summary>
    SquareRoot,

    /// <summary>1 / x.</summary>
    Reciprocal,

    /// <summary>Greatest whole number not above x.</summary>
    Floor,

    /// <summary>Least whole number not below x.</summary>
    Ceiling,

    /// <summary>Nearest whole number, halves to the even one.</summary>
    Round,

    /// <summary>-1, 0 or 1.</summary>
    Sign,

    /// <summary>Error function.</summary>
    ErrorFunction,

    /// <summary>Sine of radians.</summary>
    Sine,

    /// <summary>Cosine of radians.</summary>
    Cosine,
}
