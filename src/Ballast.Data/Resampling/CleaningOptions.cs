namespace Ballast.Data.Resampling;

/// <summary>Which classes a cleaning method may remove rows of.</summary>
public enum CleanedClasses
{
    /// <summary>Every class but the one with fewest rows (ties: the lowest index).</summary>
    NotMinority,

    /// <summary>Every class.</summary>
    All,
}

/// <summary>When neighbours vouch for a row.</summary>
public enum NeighbourRule
{
    /// <summary>All of them share its class.</summary>
    All,

    /// <summary>Its class is the most frequent among them; of classes that tie, the lowest counts.</summary>
    Mode,
}
