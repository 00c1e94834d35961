using MathNet.Numerics.LinearAlgebra;

namespace Ballast.Evaluation.Fairness;

/// <summary>The least conditional information I_Q(Z;Y|S) over all Q with the margins P(z,y) and P(z,s): the unique information of Y about Z beside S.</summary>
/// <remarks>
/// Source: Bertschinger, Rauh, Olbrich, Jost and Ay, "Quantifying unique information", Entropy 16 (2014). Since H(Z|S) is fixed, minimises
/// the convex f(Q) = sum Q(z,y,s) ln(Q(z,y,s) / Q(y,s)) by damped Newton steps on a log barrier in the null space of the margins. A dual bound
/// certifies the result: no linear programme is needed, because for each z the bound is a transport problem and the barrier yields its prices.
/// </remarks>
internal sealed class UniqueInformation
{
    private const double BarrierStart = 0.1, BarrierFactor = 0.2, BarrierEnd = 1e-12;
    private const double Decrement = 1e-14, Armijo = 1e-4, Ridge = 1e-12;
    private const int MostSteps = 100, MostHalvings = 60;

    private readonly List<(int Z, int Y, int S)> cells = [];
    private readonly List<int[]> directions = [];      // four cells each: + + - -
    private readonly int[] pair;                       // (y, s) of each cell
    private readonly int pairs;
    private readonly double[] q;
    private readonly double barrier;

    /// <summary>Solves for a table p[z][y][s] that sums to 1.</summary>
    public UniqueInformation(double[,,] p)
    {
        int groups = p.GetLength(0), values = p.GetLength(1), clients = p.GetLength(2);
        var start = new List<double>();
        for (var z = 0; z < groups; z++)
        {
            double[] byValue = [.. Enumerable.Range(0, values).Select(y => Enumerable.Range(0, clients).Sum(s => p[z, y, s]))];
            double[] byClient = [.. Enumerable.Range(0, clients).Select(s => Enumerable.Range(0, values).Sum(y => p[z, y, s]))];
            int[] ys = [.. Enumerable.Range(0, values).Where(y => byValue[y] > 0)], ss = [.. Enumerable.Range(0, clients).Where(s => byClient[s] > 0)];
            var first = cells.Count;
            foreach (var y in ys)
                foreach (var s in ss)
                {
                    cells.Add((z, y, s));
                    start.Add(byValue[y] * byClient[s] / byValue.Sum());
                }
            for (var i = 1; i < ys.Length; i++)
                for (var j = 1; j < ss.Length; j++)
                    directions.Add([first + i * ss.Length + j, first, first + i * ss.Length, first + j]);
        }
        q = [.. start];
        pairs = values * clients;
        pair = [.. cells.Select(cell => cell.Y * clients + cell.S)];
        if (directions.Count > 0)
            for (barrier = BarrierStart; ; barrier *= BarrierFactor)
            {
                Minimise();
                if (barrier * q.Length < BarrierEnd)
                    break;
            }
        ConditionalEntropy = -Objective(q, 0) / Math.Log(2);
        DualGap = Gap(p, clients);
    }

    /// <summary>H_Q(Z|Y,S) in bits at the optimum.</summary>
    public double ConditionalEntropy { get; }

    /// <summary>How far the optimum can lie below what was found, in bits.</summary>
    public double DualGap { get; }

    private void Minimise()
    {
        for (var step = 0; step < MostSteps; step++)
        {
            var gradient = Along(Slope(q, barrier));
            var direction = NewtonDirection(gradient);
            var slope = gradient.DotProduct(direction);
            if (-slope < Decrement)
                return;
            var move = new double[q.Length];
            for (var d = 0; d < directions.Count; d++)
                for (var k = 0; k < 4; k++)
                    move[directions[d][k]] += k < 2 ? direction[d] : -direction[d];
            var length = 1.0;
            for (var i = 0; i < q.Length; i++)
                if (move[i] < 0)
                    length = Math.Min(length, 0.99 * -q[i] / move[i]);
            var (here, halvings) = (Objective(q, barrier), 0);
            double[] next;
            do
            {
                next = [.. q.Zip(move, (a, b) => a + length * b)];
                if (Objective(next, barrier) <= here + Armijo * length * slope)
                    break;
                length /= 2;
            }
            while (++halvings < MostHalvings);
            if (halvings == MostHalvings)
                return;
            next.CopyTo(q, 0);
        }
    }

    // H = D' (diag(1/q + mu/q^2) - [same (y,s)]/t) D, scaled to a unit diagonal: sparse tables make it singular otherwise.
    private Vector<double> NewtonDirection(Vector<double> gradient)
    {
        var totals = Totals(q);
        var n = directions.Count;
        var hessian = Matrix<double>.Build.Dense(n, n);
        for (var a = 0; a < n; a++)
            for (var b = a; b < n; b++)
            {
                var sum = 0.0;
                for (var i = 0; i < 4; i++)
                    for (var j = 0; j < 4; j++)
                    {
                        var (u, v) = (directions[a][i], directions[b][j]);
                        if (pair[u] == pair[v])
                            sum += (i < 2 == j < 2 ? 1 : -1) * ((u == v ? 1 / q[u] + barrier / (q[u] * q[u]) : 0) - 1 / totals[pair[u]]);
                    }
                hessian[a, b] = hessian[b, a] = sum;
            }
        return ScaledNewton.Direction(hessian, gradient, Ridge);
    }

    private Vector<double> Along(double[] slope) =>
        Vector<double>.Build.Dense(directions.Count, d => slope[directions[d][0]] + slope[directions[d][1]] - slope[directions[d][2]] - slope[directions[d][3]]);

    private double[] Slope(double[] at, double mu)
    {
        var totals = Totals(at);
        return [.. at.Select((value, i) => Math.Log(value) - Math.Log(totals[pair[i]]) - mu / value)];
    }

    private double Objective(double[] at, double mu)
    {
        var (totals, sum) = (Totals(at), 0.0);
        for (var i = 0; i < at.Length; i++)
            sum += at[i] > 0 ? at[i] * Math.Log(at[i] / totals[pair[i]]) - (mu > 0 ? mu * Math.Log(at[i]) : 0) : mu > 0 ? double.PositiveInfinity : 0;
        return sum;
    }

    private double[] Totals(double[] at)
    {
        var totals = new double[pairs];
        for (var i = 0; i < at.Length; i++)
            totals[pair[i]] += at[i];
        return totals;
    }

    // f is convex: f(Q') >= f(Q) + g'(Q' - Q), and any prices a_y + b_s <= g bound the least g'Q' of a group from below.
    private double Gap(double[,,] p, int clients)
    {
        var totals = Totals(q);
        double[] g = [.. q.Select((value, i) => Math.Log2(value / totals[pair[i]]))];
        var gap = q.Zip(g, (value, slope) => value * slope).Sum();
        foreach (var group in Enumerable.Range(0, cells.Count).GroupBy(i => cells[i].Z))
        {
            var z = group.Key;
            var at = group.ToDictionary(i => (cells[i].Y, cells[i].S));
            int[] ys = [.. group.Select(i => cells[i].Y).Distinct()], ss = [.. group.Select(i => cells[i].S).Distinct()];
            var best = double.NegativeInfinity;
            foreach (var anchor in ss)
            {
                var a = ys.ToDictionary(y => y, y => g[at[(y, anchor)]] - barrier / (q[at[(y, anchor)]] * Math.Log(2)));
                var b = ss.ToDictionary(s => s, s => ys.Min(y => g[at[(y, s)]] - a[y]));
                foreach (var y in ys)
                    a[y] = ss.Min(s => g[at[(y, s)]] - b[s]);
                best = Math.Max(best, ys.Sum(y => a[y] * Enumerable.Range(0, clients).Sum(s => p[z, y, s]))
                    + ss.Sum(s => b[s] * Enumerable.Range(0, p.GetLength(1)).Sum(y => p[z, y, s])));
            }
            gap -= best;
        }
        return Math.Max(0, gap);
    }
}
