using Ballast.Core;
using Ballast.Data.Duplicates;
using Ballast.Data.Reading;
using Ballast.Evaluation.Calibration;
using Ballast.Evaluation.Slices;
using Ballast.Learning.Remedies;

namespace Ballast.Cli.Checks;

/// <summary>The state of one audit, passed from check to check: the table, what was set aside, and what was found so far.</summary>
internal sealed class Audit
{
    private readonly List<Finding> findings = [];
    private readonly Dictionary<string, string> setAside = [];
    private readonly List<string> notes = [];
    private readonly List<SliceSummary> summaries = [];

    /// <summary>Starts an audit.</summary>
    /// <param name="options">What was asked.</param>
    /// <param name="table">The table.</param>
    /// <param name="isClassification">Classes or real targets.</param>
    /// <param name="everything">All candidate features encoded, for the rows that have a target.</param>
    /// <param name="positions">Row of the table for each row of <paramref name="everything"/>.</param>
    public Audit(CheckOptions options, Table table, bool isClassification, Dataset everything, int[] positions)
    {
        Guard.SameLength(everything.Count, positions.Length, nameof(everything), nameof(positions));
        (Options, Table, IsClassification, Everything, Positions) = (options, table, isClassification, everything, positions);
    }

    /// <summary>What was asked.</summary>
    public CheckOptions Options { get; }

    /// <summary>The user's table.</summary>
    public Table Table { get; }

    /// <summary>Whether the target is a class; otherwise it is real.</summary>
    public bool IsClassification { get; }

    /// <summary>All candidate features, for the rows that have a target.</summary>
    public Dataset Everything { get; }

    /// <summary>Row of the table for each row of <see cref="Everything"/>.</summary>
    public int[] Positions { get; }

    /// <summary>Copies among all rows of the table; null until looked for, or without features.</summary>
    public DuplicateRows? Duplicates { get; set; }

    /// <summary>Rows, labels and out-of-fold probabilities; null until predicted, and for real targets.</summary>
    public Judged? Judged { get; set; }

    /// <summary>Suspected labels; null until looked for, and for real targets.</summary>
    public SuspectedLabels? Suspected { get; set; }

    /// <summary>Out-of-fold predictions of real targets; null for classes.</summary>
    public double[]? PredictedTargets { get; set; }

    /// <summary>Loss of each row out of fold: 1 where the class is wrong, or the absolute error.</summary>
    public double[]? Losses { get; set; }

    /// <summary>Reliability of the out-of-fold probabilities; null until judged.</summary>
    public ReliabilityCurve? Reliability { get; set; }

    /// <summary>Weak slices found.</summary>
    public IReadOnlyList<Slice> Slices { get; set; } = [];

    /// <summary>How the groups named by the user are served; null where none were, or not compared yet.</summary>
    public GroupComparison? Groups { get; set; }

    /// <summary>What the model given was shown, in the order of <see cref="Everything"/>; null where none was given.</summary>
    public Dataset? GivenInputs { get; set; }

    /// <summary>Findings, in the order reported.</summary>
    public IReadOnlyList<Finding> Findings => findings;

    /// <summary>Columns set aside, and why.</summary>
    public IReadOnlyDictionary<string, string> Aside => setAside;

    /// <summary>What the reader must know about how this was done.</summary>
    public IReadOnlyList<string> Notes => notes;

    /// <summary>Weak and hard slices with examples, in the order reported.</summary>
    public IReadOnlyList<SliceSummary> SliceSummaries => summaries;

    /// <summary>Columns that could be features: neither the target nor ignored nor set aside yet.</summary>
    public IEnumerable<TableColumn> Candidates() => Table.Columns.Where(c => c.Name != Options.Target && !Options.Ignore.Contains(c.Name) && !setAside.ContainsKey(c.Name));

    /// <summary>Columns that are features: candidates of a kind that describes rows.</summary>
    public IEnumerable<TableColumn> Features() => Candidates().Where(c => c.Kind is ColumnKind.Numeric or ColumnKind.Categorical or ColumnKind.Boolean or ColumnKind.Date);

    /// <summary>The features that are not set aside.</summary>
    public Dataset Data()
    {
        var names = Features().Select(c => c.Name).ToHashSet();
        return Everything.SelectColumns([.. Enumerable.Range(0, Everything.Width).Where(j => names.Contains(Everything.Columns[j].Name))]);
    }

    /// <summary>Share of the log loss that the model removes.</summary>
    public double Skill { get; set; }

    /// <summary>
    /// Whether suspicions are evidence of wrong labels: the model is good, or it knows something and errs even where it is surest. Otherwise they are mostly hard rows, and neither
    /// excuse rows from being judged nor make a finding severe.
    /// </summary>
    public bool SuspicionsCount => Skill > 0 && (IsExplained || Suspected?.PlausibleShare.Interval.Low >= 0.03);

    /// <summary>Whether the features explain at least half of the target: what contradicts the model is then more often wrong than hard.</summary>
    public bool IsExplained => Skill >= 0.5;

    /// <summary>Whether row i is judged by its label: it is not suspected, or the model is too weak to suspect anyone.</summary>
    public bool IsTrusted(int i) => Suspected is null || !SuspicionsCount || !Suspected.Mask[i];

    /// <summary>Rows that are judged by their labels: what metrics are taken on, so that wrong labels do not count as a model's errors.</summary>
    /// <remarks>All rows where more than half are suspected: the model, not the labels, is then at fault.</remarks>
    public int[] TrustedRows()
    {
        int[] trusted = [.. Enumerable.Range(0, Everything.Count).Where(IsTrusted)];
        return 2 * trusted.Length >= Everything.Count ? trusted : [.. Enumerable.Range(0, Everything.Count)];
    }

    /// <summary>Takes a column out of the features.</summary>
    public void SetAside(string column, string why) => setAside.TryAdd(column, why);

    /// <summary>Adds what the reader must know.</summary>
    public void Note(string sentence) => notes.Add(sentence);

    /// <summary>Adds a slice to show.</summary>
    public void Summarise(SliceSummary slice) => summaries.Add(slice);

    /// <summary>Adds a finding; rows are 1-based rows of the user's file.</summary>
    public void Report(string check, Severity severity, string title, IReadOnlyList<string> columns, IReadOnlyList<int> rows, Dictionary<string, object> evidence, string action) =>
        findings.Add(new Finding($"{check}-{findings.Count(f => f.Check == check) + 1}", check, severity, title, columns, rows, evidence, action));

    /// <summary>1-based row of the user's file for a row of the table.</summary>
    public int FileRow(int tableRow) => Table.RowNumbers[tableRow] + 1;

    /// <summary>1-based rows of the user's file for rows of the table.</summary>
    public int[] FileRows(ReadOnlySpan<int> tableRows)
    {
        var rows = new int[tableRows.Length];
        for (var i = 0; i < rows.Length; i++)
            rows[i] = FileRow(tableRows[i]);
        return rows;
    }
}
