namespace Ballast.Data.Reading;

/// <summary>What a column of a user's table was recognised as; <see cref="TableColumn.KindReason"/> states the rule that decided.</summary>
public enum ColumnKind
{
    /// <summary>Amounts.</summary>
    Numeric,

    /// <summary>A limited set of values without order.</summary>
    Categorical,

    /// <summary>Two values that mean false and true.</summary>
    Boolean,

    /// <summary>Dates or times; as a feature, days since 1970-01-01.</summary>
    Date,

    /// <summary>Free text: long values, mostly different; not used as a feature.</summary>
    Text,

    /// <summary>Names a row rather than describing it; not used as a feature.</summary>
    Identifier,

    /// <summary>One value throughout; not used as a feature.</summary>
    Constant,

    /// <summary>No value at all; not used as a feature.</summary>
    Empty,

    /// <summary>Set aside by the user; not used as a feature.</summary>
    Ignored,
}
