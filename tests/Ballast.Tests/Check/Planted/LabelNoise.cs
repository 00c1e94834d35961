using Ballast.Core;

namespace Ballast.Tests.Check.Planted;

/// <summary>Plants wrong labels.</summary>
internal sealed class LabelNoise
{
    // Below this a class could no longer stand in every fold with a right label.
    private const int KeptRight = 4;

    private readonly string[] classes;
    private readonly double[] rates;
    private readonly int[] partners;
    private readonly FlipPattern pattern;

    /// <summary>Rates a class; their mean over <paramref name="labels"/> is <paramref name="share"/>.</summary>
    public LabelNoise(string[] classes, IReadOnlyList<string> labels, double share, FlipPattern pattern, RandomStream random)
    {
        (this.classes, this.pattern) = (classes, pattern);
        rates = Enumerable.Repeat(share, classes.Length).ToArray();
        partners = new int[classes.Length];
        if (pattern == FlipPattern.Uniform)
            return;

        var cycle = random.Permutation(classes.Length);
        for (var i = 0; i < cycle.Length; i++)
            partners[cycle[i]] = cycle[(i + 1) % cycle.Length];
        var weights = classes.Select(_ => 0.2 + random.NextDouble()).ToArray();
        var mean = labels.Average(label => weights[Array.IndexOf(classes, label)]);
        for (var c = 0; c < rates.Length; c++)
            rates[c] = Math.Min(0.5, share * weights[c] / mean);
    }

    /// <summary>Flips round(rate x rows) labels in each class.</summary>
    public void Flip(IReadOnlyList<PlantedRow> rows, int target, RandomStream random)
    {
        // With one rate for all, the rows are drawn from the whole table, so that rare classes need not be hit.
        var groups = pattern == FlipPattern.Uniform
            ? [Enumerable.Range(0, rows.Count).ToArray()]
            : classes.Select(name => Enumerable.Range(0, rows.Count).Where(r => rows[r].TrueLabel == name).ToArray());
        var left = classes.ToDictionary(name => name, name => rows.Count(row => row.TrueLabel == name));
        foreach (var group in groups.Where(group => group.Length > 0))
        {
            var rate = rates[Array.IndexOf(classes, rows[group[0]].TrueLabel)];
            var wanted = (int)Math.Round(rate * group.Length);
            random.Shuffle(group.AsSpan());
            foreach (var row in group.Select(r => rows[r]).Where(row => left[row.TrueLabel] > KeptRight).TakeWhile(_ => wanted-- > 0))
            {
                row.Cells[target] = Other(row.TrueLabel, random);
                left[row.TrueLabel]--;
            }
        }
    }

    /// <summary>The label of a record entered anew: the true one, or at the class's rate another.</summary>
    public string EnterAgain(string trueLabel, RandomStream random) =>
        random.NextDouble() < rates[Array.IndexOf(classes, trueLabel)] ? Other(trueLabel, random) : trueLabel;

    private string Other(string label, RandomStream random)
    {
        var own = Array.IndexOf(classes, label);
        if (pattern == FlipPattern.ClassDependent && random.NextDouble() < 0.8)
            return classes[partners[own]];
        var other = random.Next(classes.Length - 1);
        return classes[other < own ? other : other + 1];
    }
}
