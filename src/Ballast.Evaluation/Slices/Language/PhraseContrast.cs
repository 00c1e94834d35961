using Ballast.Numerics.Significance;

namespace Ballast.Evaluation.Slices.Language;

/// <summary>Hypotheses without a language model: phrases that the retrieved sentences have oftener than others, and with which errors of the class's own rows go.</summary>
/// <remarks>
/// Evidence of retrieval is the z of the log-odds of being in a top sentence (<see cref="LogOdds"/>); direct evidence, where sentences belong to rows, is Fisher's test of
/// phrase by error inside the class, as a z. Phrases are ranked by the sum; those of no positive sum are no hypotheses.
/// </remarks>
internal sealed class PhraseContrast
{
    private const int MostPrompts = 5;
    private const double SameRows = 0.5, SmallestP = 1e-300;

    private readonly PhraseIndex index;
    private readonly int[][] rows;                              // per phrase: rows of the class, or sentences where they belong to no rows
    private readonly DirectEvidence[]? direct;

    /// <param name="index">Phrases of all sentences.</param>
    /// <param name="rowOf">The row of each sentence; null where they belong to none.</param>
    /// <param name="members">Rows of the class.</param>
    /// <param name="cancellation">Stops the work.</param>
    public PhraseContrast(PhraseIndex index, int[]? rowOf, ClassRows members, CancellationToken cancellation)
    {
        this.index = index;
        rows = [.. index.Phrases.Select(phrase => rowOf is null ? phrase.Sentences : [.. phrase.Sentences.Select(s => rowOf[s]).Distinct().Where(members.Contains)])];
        if (rowOf is null)
            return;
        var evidence = new DirectEvidence[rows.Length];
        Parallel.For(0, rows.Length, new ParallelOptions { CancellationToken = cancellation }, p => evidence[p] = members.Evidence(rows[p]));
        direct = ClassRows.Adjust(evidence);
    }

    /// <summary>Hypotheses of one end of the difference, the strongest first.</summary>
    /// <param name="top">Positions of the retrieved sentences.</param>
    /// <param name="end">Which end they are of.</param>
    /// <param name="maximum">Hypotheses at most.</param>
    public IReadOnlyList<SliceHypothesis> Propose(int[] top, HypothesisEnd end, int maximum)
    {
        var isTop = new bool[index.Sentences];
        foreach (var sentence in top)
            isTop[sentence] = true;
        var ranked = Enumerable.Range(0, rows.Length).Where(p => rows[p].Length > 0)
            .Select(p => (Phrase: p, Rank: Retrieval(p, isTop, top.Length) + Direct(p, end))).Where(item => item.Rank > 0)
            .OrderByDescending(item => item.Rank).ThenBy(item => item.Phrase);
        var kept = new List<(int Phrase, List<string> Prompts)>();
        foreach (var (phrase, _) in ranked)
        {
            var text = index.Phrases[phrase].Phrase;
            if (kept.Find(other => Jaccard(rows[other.Phrase], rows[phrase]) > SameRows) is { Prompts: { } prompts })
            {
                if (prompts.Count < MostPrompts)
                    prompts.Add(text);
            }
            else if (kept.Count < maximum)
                kept.Add((phrase, [text]));
        }
        return [.. kept.Select(item => new SliceHypothesis(item.Prompts[0], end, item.Prompts, direct?[item.Phrase]))];
    }

    /// <summary>Share of two ascending lists' members that both have.</summary>
    public static double Jaccard(ReadOnlySpan<int> first, ReadOnlySpan<int> second)
    {
        var both = 0;
        for (int i = 0, j = 0; i < first.Length && j < second.Length;)
        {
            both += first[i] == second[j] ? 1 : 0;
            var (a, b) = (first[i], second[j]);
            i += a <= b ? 1 : 0;
            j += b <= a ? 1 : 0;
        }
        return first.Length + second.Length == 0 ? 1 : (double)both / (first.Length + second.Length - both);
    }

    private double Retrieval(int phrase, bool[] isTop, int topCount)
    {
        var all = index.Phrases[phrase].Sentences;
        return LogOdds.Compare(all.Count(s => isTop[s]), topCount, all.Length, index.Sentences).Z;
    }

    private double Direct(int phrase, HypothesisEnd end) =>
        direct is null ? 0 : TwoSidedTest.ZOf(Math.Max(direct[phrase].PValue, SmallestP)) * (direct[phrase].End == end ? 1 : -1);
}
