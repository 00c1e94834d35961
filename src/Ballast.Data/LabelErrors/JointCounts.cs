namespace Ballast.Data.LabelErrors;

/// <summary>Which counts of (given, true) class the prune filters rest on.</summary>
public enum JointCounts
{
    /// <summary>Confident learning: rows counted where a class passes its own threshold.</summary>
    Confident,

    /// <summary>The baseline of the paper: every row counted at its most probable class.</summary>
    ArgmaxConfusion,
}
