namespace Ballast.Data.Duplicates;

/// <summary>Counts of pairs that differ in one cell, taken apart into copies and nature.</summary>
/// <remarks>
/// With x the column c and class of change, s the stratum of crowding and loneliness, t whether a row stands in the batch, counts are Poisson with mean p_c m(x) r_cx(s) u(t) + g_x K_c(s) v(t): copies in
/// column c spread over changes as chance does (m), over crowding as rows do, over loneliness as decoys do (r) and over the file as known copies do (u: <see cref="CopyBatch"/>); v is fitted; nature follows the crowding
/// K_c(s), its rate g_x free for each x but bounded where no crowded place shows it. The likelihood is concave in p and g; EM climbs it, each p_c drawn to their mean since a changed cell may be in any column.
/// Where no row has a neighbour, K is what Good and Turing expect: the rows with one.
/// </remarks>
internal sealed class OneCellMixture
{
    private const int Crowds = 16;
    private const int Strata = Crowds * Loneliness.Levels;
    private const double DecoyPrior = 10;
    private const double ScatteredShare = 0.03;
    private const double Dependence = 10;
    private const double PriorWeight = 3;
    private const double FewCopies = 5;
    private const double MostAboveMean = 2;
    private const int Rounds = 300;

    private readonly CellChanges[] changes;
    private readonly Crowding crowding;
    private readonly Loneliness loneliness;
    private readonly CopyBatch batch;
    private readonly int[] rows;
    private readonly double[,] rowShare;
    private readonly double[,,] decoyShare;
    private readonly double[,] crowd;
    private readonly double[] copies;
    private readonly double[,] rate;
    private double blanked = 1;
    private double natureInBatch;

    private OneCellMixture(CellChanges[] changes, Crowding crowding, Loneliness loneliness, CopyBatch batch, int[][] alone, int[] rows)
    {
        (this.changes, this.crowding, this.loneliness, this.batch, this.rows) = (changes, crowding, loneliness, batch, rows);
        var width = changes.Length;
        (rowShare, crowd) = (new double[width, Crowds], new double[width, Strata]);
        (copies, rate) = (new double[width], new double[width, CellChanges.Classes]);
        for (var c = 0; c < width; c++)
        {
            for (var level = 0; level < Loneliness.Levels; level++)
                crowd[c, Stratum(0, level)] = 1.0 / (width * Loneliness.Levels);
            var counts = crowding.Of(c);
            var saturation = Saturation(alone[c], counts);
            for (var i = 0; i < counts.Length; i++)
            {
                var (crowded, level) = (Crowd(counts[i]), loneliness.WithNearest(i));
                rowShare[c, crowded] += 1.0 / rows.Length;
                crowd[c, Stratum(crowded, level)] += counts[i] / (1 + (saturation * counts[i]));
                crowd[c, Stratum(0, level)] += crowded == 1 ? 1 : 0;
            }
        }
        decoyShare = DecoyShares();
        Scatter();
    }

    // Not all of nature keeps to the crowds: a small part of its pairs stands where rows stand.
    private void Scatter()
    {
        for (var c = 0; c < changes.Length; c++)
        {
            var total = Enumerable.Range(0, Strata).Sum(s => crowd[c, s]);
            for (var s = 0; s < Strata; s++)
                crowd[c, s] = ((1 - ScatteredShare) * crowd[c, s]) + (ScatteredShare * total * rowShare[c, s / Loneliness.Levels] / Loneliness.Levels);
        }
    }

    // Share of decoys at each level, by crowding and class of change; where few were drawn, as in all classes, and as everywhere.
    private double[,,] DecoyShares()
    {
        var shares = new double[CellChanges.Classes, Crowds, Loneliness.Levels];
        var (ofCrowd, overall) = (new double[Crowds, Loneliness.Levels], new double[Loneliness.Levels]);
        foreach (var decoy in loneliness.Decoys)
        {
            var crowded = Crowd(crowding.Of(decoy.Column, decoy.Place));
            shares[changes[decoy.Column].Of(rows[decoy.Place], rows[decoy.Donor]), crowded, decoy.Level]++;
            ofCrowd[crowded, decoy.Level]++;
            overall[decoy.Level]++;
        }
        for (var k = 0; k < Crowds; k++)
        {
            var drawn = Enumerable.Range(0, Loneliness.Levels).Sum(level => ofCrowd[k, level]);
            for (var level = 0; level < Loneliness.Levels; level++)
                ofCrowd[k, level] = (ofCrowd[k, level] + (DecoyPrior * (overall[level] + 1) / (loneliness.Decoys.Count + Loneliness.Levels))) / (drawn + DecoyPrior);
            for (var x = 0; x < CellChanges.Classes; x++)
            {
                var ofClass = Enumerable.Range(0, Loneliness.Levels).Sum(level => shares[x, k, level]);
                for (var level = 0; level < Loneliness.Levels; level++)
                    shares[x, k, level] = (shares[x, k, level] + (DecoyPrior * ofCrowd[k, level])) / (ofClass + DecoyPrior);
            }
        }
        return shares;
    }

    /// <summary>Fits the mixture.</summary>
    /// <param name="pairsOf">For each column the pairs, as places in <paramref name="rows"/>, that differ in it alone.</param>
    /// <param name="changes">Classes of change of each column.</param>
    /// <param name="crowding">Crowding of each row.</param>
    /// <param name="loneliness">Loneliness of each row.</param>
    /// <param name="batch">Where in the file copies gather.</param>
    /// <param name="alone">For each column and row the rows that differ from it in that column alone.</param>
    /// <param name="odds">The odds that two rows differ, for each column.</param>
    /// <param name="rows">The rows compared.</param>
    public static OneCellMixture Fit(List<(int A, int B)>[] pairsOf, CellChanges[] changes, Crowding crowding, Loneliness loneliness, CopyBatch batch, int[][] alone, double[] odds, int[] rows)
    {
        var mixture = new OneCellMixture(changes, crowding, loneliness, batch, alone, rows);
        Cell[] cells = [.. pairsOf.SelectMany((pairs, c) => pairs.Select(p => mixture.KindOf(c, p.A, p.B)))
            .GroupBy(kind => kind).OrderBy(group => group.Key).Select(group => new Cell(group.Key.Column, group.Key.Change, group.Key.Stratum, group.Key.InBatch, group.Count()))];
        mixture.Climb(cells, odds);
        return mixture;
    }

    /// <summary>The chance that a pair that differs in column <paramref name="c"/> alone is no copy.</summary>
    public double ChanceOfNature(int c, int a, int b)
    {
        var (_, x, s, inBatch) = KindOf(c, a, b);
        var (copied, natural) = Means(c, x, s, inBatch);
        return natural / (copied + natural);
    }

    private void Climb(Cell[] cells, double[] odds)
    {
        var width = copies.Length;
        double[] crowds = [.. Enumerable.Range(0, width).Select(c => Enumerable.Range(0, Strata).Sum(s => crowd[c, s]))];
        var bounds = Bounds(cells, odds);
        Array.Copy(bounds, rate, bounds.Length);
        Array.Fill(copies, 1);
        natureInBatch = batch.ShareByChance;
        var (found, nature) = (new double[width], new double[width, CellChanges.Classes]);
        for (var round = 0; round < Rounds; round++)
        {
            Array.Clear(found);
            Array.Clear(nature);
            var (blanks, byChance, within, all) = (0.0, 0.0, 0.0, 1e-9);
            foreach (var (c, x, s, inBatch, count) in cells)
            {
                var (copied, natural) = Means(c, x, s, inBatch);
                var share = copied / (copied + natural);
                found[c] += share * count;
                blanks += changes[c].IsBlank(x) ? share * count : 0;
                nature[c, x] += (1 - share) * count;
                within += inBatch ? (1 - share) * count : 0;
                all += (1 - share) * count;
            }
            natureInBatch = within / all;
            for (var c = 0; c < width; c++)
                for (var x = 0; x < CellChanges.Classes; x++)
                {
                    byChance += changes[c].IsBlank(x) ? copies[c] * changes[c].Chance(x) : 0;
                    rate[c, x] = Math.Min(bounds[c, x], nature[c, x] / crowds[c]);
                }
            var most = Math.Max(FewCopies, MostAboveMean * copies.Average());
            var mean = Math.Max(found.Average(count => Math.Min(count, most)), 1e-3);
            for (var c = 0; c < width; c++)
                copies[c] = Math.Min(most, (found[c] + PriorWeight) / (1 + (PriorWeight / mean)));
            blanked = (blanks + PriorWeight) / (byChance + PriorWeight);
        }
    }

    // Copies are found by what exceeds nature; where no crowded place shows its rate, it is at most ten times that of columns that match independently.
    private double[,] Bounds(Cell[] cells, double[] odds)
    {
        var bounds = new double[copies.Length, CellChanges.Classes];
        foreach (var (c, x, s, _, count) in cells)
            bounds[c, x] += s >= Loneliness.Levels ? count : 0;
        var all = odds.Sum();
        for (var c = 0; c < copies.Length; c++)
        {
            var crowds = Enumerable.Range(Loneliness.Levels, Strata - Loneliness.Levels).Sum(s => crowd[c, s]);
            for (var x = 0; x < CellChanges.Classes; x++)
                bounds[c, x] = Math.Max(Dependence / (all - odds[c]), crowds > 0 ? bounds[c, x] / crowds : 0);
        }
        return bounds;
    }

    // Neighbours in the one column for each neighbour in it and another; a row with many of them still has but one next to it.
    private static double Saturation(int[] alone, ReadOnlySpan<float> counts)
    {
        var (one, two) = (0.0, 1.0);
        for (var i = 0; i < alone.Length; i++)
            (one, two) = (one + alone[i], two + counts[i]);
        return one / two;
    }

    private (double Copied, double Natural) Means(int c, int x, int s, bool inBatch)
    {
        var (crowded, level) = (s / Loneliness.Levels, s % Loneliness.Levels);
        var (ofCopies, ofNature) = inBatch ? (batch.ShareOfCopies, natureInBatch) : (1 - batch.ShareOfCopies, 1 - natureInBatch);
        var copied = copies[c] * (changes[c].IsBlank(x) ? blanked : 1) * changes[c].Chance(x) * rowShare[c, crowded] * decoyShare[x, crowded, level] * ofCopies;
        return (copied + 1e-12, (rate[c, x] * crowd[c, s] * ofNature) + 1e-12);
    }

    // A changed cell takes a copy away from the crowd of its original, or into another: the less crowded row tells what nature does here.
    private (int Column, int Change, int Stratum, bool InBatch) KindOf(int c, int a, int b) =>
        (c, changes[c].Of(rows[a], rows[b]), Stratum(Crowd(Math.Min(crowding.Of(c, a), crowding.Of(c, b))), loneliness.Of(a, b)), batch.Holds(rows[a], rows[b]));

    private static int Stratum(int crowd, int level) => (crowd * Loneliness.Levels) + level;

    private static int Crowd(float count) => count <= 0 ? 0 : Math.Min(Crowds - 1, 1 + (int)Math.Log2(Math.Max(1, count)));

    // Pairs counted: they differ in the column by a class of change, stand in the stratum, and in the batch or not.
    private readonly record struct Cell(int Column, int Change, int Stratum, bool InBatch, double Count);
}
