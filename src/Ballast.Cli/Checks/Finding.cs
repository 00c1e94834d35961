namespace Ballast.Cli.Checks;

/// <summary>How much a finding matters. Ordered: a larger value is worse.</summary>
public enum Severity
{
    /// <summary>Worth knowing; nothing needs to be done.</summary>
    Info,

    /// <summary>A small loss, or a loss in few rows.</summary>
    Low,

    /// <summary>Likely to cost accuracy or trust.</summary>
    Medium,

    /// <summary>Results are wrong or misleading until it is mended.</summary>
    High,
}

/// <summary>One thing that a check found, with its evidence and what to do about it.</summary>
/// <param name="Id">Unique in the report, such as <c>leakage-1</c>.</param>
/// <param name="Check">The check that found it, such as <c>leakage</c>.</param>
/// <param name="Severity">How much it matters.</param>
/// <param name="Title">What was found, one sentence.</param>
/// <param name="Columns">The user's columns concerned.</param>
/// <param name="Rows">1-based data rows of the user's file concerned, header not counted, ascending.</param>
/// <param name="Evidence">Figures by name: numbers, texts, <see cref="Core.Estimate"/> or lists of such.</param>
/// <param name="Action">What to do, one or two sentences.</param>
public sealed record Finding(
    string Id,
    string Check,
    Severity Severity,
    string Title,
    IReadOnlyList<string> Columns,
    IReadOnlyList<int> Rows,
    IReadOnlyDictionary<string, object> Evidence,
    string Action);
