namespace Ballast.Exchange.Networks.Operators;

/// <summary>What padding is to the mean of a window.</summary>
public enum PoolPadding
{
    /// <summary>The mean is over the elements of the input alone (ONNX's default).</summary>
    Excluded,

    /// <summary>Padding counts as zeros (torch's default).</summary>
    Included,
}
