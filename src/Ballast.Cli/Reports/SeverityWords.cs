using Ballast.Cli.Checks;

namespace Ballast.Cli.Reports;

/// <summary>How severities are written.</summary>
internal static class SeverityWords
{
    /// <summary>Every severity, worst first.</summary>
    public static IReadOnlyList<Severity> WorstFirst { get; } = [Severity.High, Severity.Medium, Severity.Low, Severity.Info];

    /// <summary>"high", "medium", "low" or "info".</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is none of the enumeration's.</exception>
    public static string Of(Severity severity) => severity switch
    {
        Severity.High => "high",
        Severity.Medium => "medium",
        Severity.Low => "low",
        Severity.Info => "info",
        _ => throw new ArgumentOutOfRangeException(nameof(severity), severity, "Unknown severity."),
    };

    /// <summary>Findings by severity, in words: "2 high, 1 low"; "none" for none.</summary>
    public static string Counts(IReadOnlyList<Finding> findings)
    {
        var parts = WorstFirst
            .Select(severity => (Severity: severity, Count: findings.Count(finding => finding.Severity == severity)))
            .Where(part => part.Count > 0)
            .Select(part => $"{Figures.Count(part.Count)} {Of(part.Severity)}");
        return findings.Count == 0 ? "none" : string.Join(", ", parts);
    }
}
