using Ballast.Core;

namespace Ballast.Cli.Checks;

/// <summary>All that <c>ballast check</c> found: what the report, findings.json and the table are written from.</summary>
public sealed record CheckReport
{
    /// <summary>The table, as the user named it.</summary>
    public required string Source { get; init; }

    /// <summary>The target column.</summary>
    public required string Target { get; init; }

    /// <summary>"classification" or "regression".</summary>
    public required string Task { get; init; }

    /// <summary>The rule that decided the task.</summary>
    public required string TaskReason { get; init; }

    /// <summary>Rows of the file.</summary>
    public required long TotalRows { get; init; }

    /// <summary>Rows examined.</summary>
    public required int Rows { get; init; }

    /// <summary>How rows were sampled from a larger file; null when all were examined.</summary>
    public string? SamplingRule { get; init; }

    /// <summary>The seed.</summary>
    public required long Seed { get; init; }

    /// <summary>Every column: what it was recognised as, why, and how it was used.</summary>
    public required IReadOnlyList<ColumnSummary> Columns { get; init; }

    /// <summary>Class names with their rows; empty for regression.</summary>
    public IReadOnlyList<ClassSummary> Classes { get; init; } = [];

    /// <summary>Findings, worst first.</summary>
    public required IReadOnlyList<Finding> Findings { get; init; }

    /// <summary>Remedies, in the order tried.</summary>
    public IReadOnlyList<RemedyResult> Remedies { get; init; } = [];

    /// <summary>Slices on which predictions are worse, with examples.</summary>
    public IReadOnlyList<SliceSummary> Slices { get; init; } = [];

    /// <summary>Reliability of the out-of-fold probabilities, for the picture; empty for regression.</summary>
    public IReadOnlyList<ReliabilityPoint> Reliability { get; init; } = [];

    /// <summary>How the groups that were named are served; null where none were.</summary>
    public GroupComparison? Groups { get; init; }

    /// <summary>What the reader must know about how this was done: rows left out, sampling, assumptions.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>Headline figures of the out-of-fold predictions by name, such as "accuracy".</summary>
    public IReadOnlyDictionary<string, Estimate> Metrics { get; init; } = new Dictionary<string, Estimate>();

    /// <summary>The model that out-of-fold predictions come from, in words.</summary>
    public string Model { get; init; } = "";

    /// <summary>The command line that makes this report again; empty when it was made from code.</summary>
    public string Command { get; init; } = "";

    /// <summary>The version of Ballast that made it.</summary>
    public string Version { get; init; } = typeof(CheckReport).Assembly.GetName().Version!.ToString(fieldCount: 3);
}

/// <summary>One column as it was understood.</summary>
/// <param name="Name">The user's name.</param>
/// <param name="Kind">What it was recognised as.</param>
/// <param name="Reason">The rule that decided.</param>
/// <param name="Distinct">Distinct values.</param>
/// <param name="Missing">Rows without a value.</param>
/// <param name="Use">"target", "feature", "group", "ignored" or "set aside: why".</param>
public sealed record ColumnSummary(string Name, string Kind, string Reason, int Distinct, int Missing, string Use);

/// <summary>One class: rows, and how well out-of-fold predictions do on it.</summary>
/// <param name="Name">The class, as the target column spells it.</param>
/// <param name="Rows">Rows labelled so.</param>
/// <param name="Recall">Share of them predicted so, with interval.</param>
/// <param name="Precision">Share right among rows predicted so, with interval.</param>
/// <param name="Suspects">Rows labelled so whose label is suspected.</param>
public sealed record ClassSummary(string Name, int Rows, Estimate Recall, Estimate Precision, int Suspects);

/// <summary>One bin of the reliability diagram.</summary>
/// <param name="Confidence">Mean probability of the predicted class in the bin.</param>
/// <param name="Accuracy">Share right, with interval.</param>
public sealed record ReliabilityPoint(double Confidence, Estimate Accuracy);
