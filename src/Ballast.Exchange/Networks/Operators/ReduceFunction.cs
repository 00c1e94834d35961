namespace Ballast.Exchange.Networks.Operators;

/// <summary>The functions of <see cref="ReduceOperator"/>.</summary>
public enum ReduceFunction
{
    /// <summary>Arithmetic mean.</summary>
    Mean,

    /// <summary>Sum.</summary>
    Sum,

    /// <summary>Product.</summary>
    Product,

    /// <summary>Greatest element.</summary>
    Maximum,

    /// <summary>Least element.</summary>
    Minimum,

    /// <summary>Sum of absolute values.</summary>
    L1,

    /// <summary>Square root of the sum of squares.</summary>
    L2,

    /// <summary>Sum of squares.</summary>
    SumOfSquares,

    /// <summary>Logarithm of the sum.</summary>
    LogSum,

    /// <summary>Logarithm of the sum of exponentials.</summary>
    LogSumExp,
}
