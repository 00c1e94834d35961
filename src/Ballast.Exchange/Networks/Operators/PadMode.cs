namespace Ballast.Exchange.Networks.Operators;

/// <summary>What <see cref="PadOperator"/> adds.</summary>
public enum PadMode
{
    /// <summary>A constant.</summary>
    Constant,

    /// <summary>The elements next to the edge, mirrored in it.</summary>
    Reflect,

    /// <summary>The element at the edge.</summary>
    Edge,
}
