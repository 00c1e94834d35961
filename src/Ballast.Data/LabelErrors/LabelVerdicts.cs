using System.Globalization;
using Ballast.Core;

namespace Ballast.Data.LabelErrors;

/// <summary>Reviewers' verdicts on candidate rows of a test set.</summary>
/// <remarks>Source: Northcutt, Athalye and Mueller (2021), section 4: five reviewers a row; a label is wrong when fewer than three confirm it.</remarks>
public sealed class LabelVerdicts
{
    /// <summary>Votes of five that make a consensus.</summary>
    public const int DefaultConsensus = 3;

    private static readonly string[] Header = ["row", "given", "guessed", "votes_given", "votes_guessed"];

    /// <summary>Takes verdicts of distinct rows.</summary>
    /// <param name="verdicts">One a reviewed row.</param>
    /// <param name="consensus">Votes that confirm or correct a label, at least 1.</param>
    /// <exception cref="ArgumentException">A row appears twice or is negative.</exception>
    public LabelVerdicts(IReadOnlyList<LabelVerdict> verdicts, int consensus = DefaultConsensus)
    {
        ArgumentNullException.ThrowIfNull(verdicts);
        Consensus = Guard.Positive(consensus);
        Reviewed = verdicts;
        var seen = new HashSet<int>();
        foreach (var verdict in verdicts)
            if (verdict.Row < 0 || !seen.Add(verdict.Row))
                throw new ArgumentException($"Row {verdict.Row} is negative or reviewed twice.", nameof(verdicts));
    }

    /// <summary>All reviewed rows.</summary>
    public IReadOnlyList<LabelVerdict> Reviewed { get; }

    /// <summary>Votes that confirm or correct a label.</summary>
    public int Consensus { get; }

    /// <summary>Rows whose given label too few reviewers confirmed: the errors.</summary>
    public IEnumerable<LabelVerdict> ConfirmedErrors => Reviewed.Where(v => Of(v) != RowVerdict.Benign);

    /// <summary>Errors whose right label the reviewers agree on.</summary>
    public IEnumerable<LabelVerdict> Correctable => Reviewed.Where(v => Of(v) == RowVerdict.Correctable);

    /// <summary>Errors without an agreed right label.</summary>
    public IEnumerable<LabelVerdict> UnknownLabel => Reviewed.Where(v => Of(v) == RowVerdict.Unknown);

    /// <summary>What the votes make of a row.</summary>
    public RowVerdict Of(LabelVerdict verdict)
    {
        ArgumentNullException.ThrowIfNull(verdict);
        return verdict.VotesGiven >= Consensus ? RowVerdict.Benign
            : verdict.VotesGuessed >= Consensus ? RowVerdict.Correctable
            : RowVerdict.Unknown;
    }

    /// <summary>Estimated least share of wrong labels: confirmed errors over n, or their share of the reviewed rows times candidates over n where only a sample of the candidates was reviewed.</summary>
    /// <param name="rows">Rows n of the test set.</param>
    /// <param name="candidates">Rows that were flagged; null: all of them were reviewed.</param>
    public double ErrorRateLowerBound(int rows, int? candidates = null)
    {
        Guard.Positive(rows);
        var confirmed = ConfirmedErrors.Count();
        return candidates is null || Reviewed.Count == 0
            ? confirmed / (double)rows
            : confirmed / (double)Reviewed.Count * Guard.InRange(candidates.Value, Reviewed.Count, rows, nameof(candidates)) / rows;
    }

    /// <summary>The verdict on every row of a test set; rows that nobody reviewed are benign.</summary>
    /// <param name="given">n given labels, which must agree with the verdicts'.</param>
    /// <exception cref="ArgumentException">A verdict's row lies outside the set or carries another given label.</exception>
    public RowVerdict[] PerRow(ReadOnlySpan<int> given)
    {
        var verdicts = new RowVerdict[given.Length];
        foreach (var verdict in Reviewed)
        {
            RequireFitting(verdict, given);
            verdicts[verdict.Row] = Of(verdict);
        }
        return verdicts;
    }

    /// <summary>The given labels with the correctable rows set right.</summary>
    /// <param name="given">n given labels, which must agree with the verdicts'.</param>
    /// <exception cref="ArgumentException">A verdict's row lies outside the set or carries another given label.</exception>
    public int[] CorrectedLabels(ReadOnlySpan<int> given)
    {
        var corrected = given.ToArray();
        foreach (var verdict in Correctable)
        {
            RequireFitting(verdict, given);
            corrected[verdict.Row] = verdict.Guessed;
        }
        return corrected;
    }

    /// <summary>Reads <c>row,given,guessed,votes_given,votes_guessed</c> with any further columns after them.</summary>
    /// <param name="path">A csv file with that header.</param>
    /// <param name="consensus">Votes that confirm or correct a label.</param>
    /// <exception cref="DataFormatException">Another header, a ragged line, no whole number where one should stand, or a row reviewed twice.</exception>
    public static LabelVerdicts Read(string path, int consensus = DefaultConsensus)
    {
        using var reader = new StreamReader(path);
        var header = reader.ReadLine()?.Split(',') ?? [];
        if (!header.Take(Header.Length).SequenceEqual(Header))
            throw new DataFormatException(path, $"header '{string.Join(',', header)}'", $"'{string.Join(',', Header)}' and further columns", line: 1);

        var verdicts = new List<LabelVerdict>();
        var seen = new HashSet<int>();
        for (var line = 2; reader.ReadLine() is { } text; line++)
        {
            if (text.Length == 0)
                continue;
            var cells = text.Split(',');
            if (cells.Length != header.Length)
                throw new DataFormatException(path, $"{cells.Length} cells", $"{header.Length}", line);
            int Cell(int column) =>
                int.TryParse(cells[column], NumberStyles.None, CultureInfo.InvariantCulture, out var value)
                    ? value
                    : throw new DataFormatException(path, $"'{cells[column]}'", "a whole number of at least 0", line, Header[column]);
            var verdict = new LabelVerdict(Cell(0), Cell(1), Cell(2), Cell(3), Cell(4));
            if (!seen.Add(verdict.Row))
                throw new DataFormatException(path, $"row {verdict.Row} again", "each row once", line, Header[0]);
            verdicts.Add(verdict);
        }
        return new LabelVerdicts(verdicts, consensus);
    }

    private static void RequireFitting(LabelVerdict verdict, ReadOnlySpan<int> given)
    {
        if (verdict.Row >= given.Length)
            throw new ArgumentException($"A verdict names row {verdict.Row}, but there are {given.Length} rows.", nameof(given));
        if (given[verdict.Row] != verdict.Given)
            throw new ArgumentException($"Row {verdict.Row}: the verdict is on label {verdict.Given}, but the given label is {given[verdict.Row]}.", nameof(given));
    }
}
