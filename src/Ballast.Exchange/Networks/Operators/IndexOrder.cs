namespace Ballast.Exchange.Networks.Operators;

/// <summary>How the elements of a channel are counted.</summary>
public enum IndexOrder
{
    /// <summary>The last axis fastest.</summary>
    RowMajor,

    /// <summary>The first spatial axis fastest.</summary>
    ColumnMajor,
}
