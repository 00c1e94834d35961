using MathNet.Numerics.LinearAlgebra;

namespace Ballast.Evaluation.Fairness;

/// <summary>The convex problem behind the frontier: rates of predictions, their error, their two informations, and a log-barrier interior-point solver.</summary>
/// <remarks>
/// A unit v (a cell (z,s,y), or (z,s,j) with j the given prediction) has K rates r_vk that sum to 1; the first K-1 are variables. u_zk = sum_v a_zv r_vk is the mass of group z
/// predicted as k, and I = sum_zk u_zk ln(u_zk / (m_z t_k)) with t_k = sum_z u_zk over the mass: the divergence form, because differences of entropies cancel.
/// </remarks>
internal sealed class FrontierProblem
{
    private const double Accuracy = 1e-7, Decrement = 1e-9, Armijo = 1e-4, Ridge = 1e-12;
    private const int MostSteps = 200, MostHalvings = 60;

    private readonly JointDistribution joint;
    private readonly FrontierKind kind;
    private readonly int classes;
    private readonly (int Z, int S)[] owner;       // of each unit
    private readonly double[] unitMass;            // P(unit)
    private readonly double[,] right;              // [unit, class]: mass that is right when the unit predicts the class
    private readonly List<Population> global = [], local = [];

    public FrontierProblem(JointDistribution joint, FrontierKind kind)
    {
        (this.joint, this.kind, classes) = (joint, kind, joint.Labels);
        var units = new List<(int Z, int S, double Mass, double[] Right)>();
        for (var z = 0; z < joint.Groups; z++)
            for (var s = 0; s < joint.Clients; s++)
                if (kind == FrontierKind.AnyPredictor)
                    for (var y = 0; y < classes; y++)
                    {
                        var mass = Enumerable.Range(0, joint.Predictions).Sum(k => joint[z, s, k, y]);
                        Add(z, s, mass, k => k == y ? mass : 0);
                    }
                else
                    for (var j = 0; j < joint.Predictions; j++)
                        Add(z, s, joint[z, s, j], k => joint[z, s, j, k]);
        owner = [.. units.Select(unit => (unit.Z, unit.S))];
        unitMass = [.. units.Select(unit => unit.Mass)];
        right = new double[units.Count, classes];
        for (var v = 0; v < units.Count; v++)
            for (var k = 0; k < classes; k++)
                right[v, k] = units[v].Right[k];
        global.Add(new Population(Groups(_ => true)));
        for (var s = 0; s < joint.Clients; s++)
            if (owner.Any(o => o.S == s))
                local.Add(new Population(Groups(client => client == s)));

        void Add(int z, int s, double mass, Func<int, double> rightOf)
        {
            if (mass > 0)
                units.Add((z, s, mass, [.. Enumerable.Range(0, classes).Select(rightOf)]));
        }
    }

    private int Units => owner.Length;

    private int Free => classes - 1;

    /// <summary>The error of rates [unit, class].</summary>
    public double Error(double[,] rates)
    {
        var correct = 0.0;
        for (var v = 0; v < Units; v++)
            for (var k = 0; k < classes; k++)
                correct += rates[v, k] * right[v, k];
        return Math.Max(0, 1 - correct);
    }

    /// <summary>Group, client, prediction and label under the rates.</summary>
    public JointDistribution Joint(double[,] rates)
    {
        var table = new double[joint.Groups, joint.Clients, classes, classes];
        var v = 0;
        for (var z = 0; z < joint.Groups; z++)
            for (var s = 0; s < joint.Clients; s++)
                for (var unit = 0; unit < (kind == FrontierKind.AnyPredictor ? classes : joint.Predictions); unit++)
                {
                    double[] byLabel = kind == FrontierKind.AnyPredictor
                        ? [.. Enumerable.Range(0, classes).Select(y => y == unit ? Enumerable.Range(0, joint.Predictions).Sum(k => joint[z, s, k, y]) : 0)]
                        : [.. Enumerable.Range(0, classes).Select(y => joint[z, s, unit, y])];
                    if (byLabel.Sum() <= 0)
                        continue;
                    for (var k = 0; k < classes; k++)
                        for (var y = 0; y < classes; y++)
                            table[z, s, k, y] += rates[v, k] * byLabel[y];
                    v++;
                }
        return JointDistribution.FromTable(table);
    }

    /// <summary>The rates [unit, class] of least error within both limits (bits, greater than 0).</summary>
    public double[,] Minimise(double globalLimit, double localLimit, CancellationToken cancellation)
    {
        var r = Vector<double>.Build.Dense(Units * Free, 1.0 / classes);
        var terms = Units * classes + 2;
        for (var t = 1.0; ; t *= 10)
        {
            for (var step = 0; step < MostSteps; step++)
            {
                cancellation.ThrowIfCancellationRequested();
                var (gradient, hessian) = Derivatives(r, t, globalLimit, localLimit);
                var direction = ScaledNewton.Direction(hessian, gradient, Ridge);
                var slope = gradient.DotProduct(direction);
                if (-slope < Decrement)
                    break;
                var (here, length, halvings) = (Barrier(r, t, globalLimit, localLimit), 1.0, 0);
                while (halvings < MostHalvings && !(Barrier(r + length * direction, t, globalLimit, localLimit) <= here + Armijo * length * slope))
                    (length, halvings) = (length / 2, halvings + 1);
                if (halvings == MostHalvings)
                    break;
                r += length * direction;
            }
            if (terms / t < Accuracy)
                break;
        }
        return Full(r);
    }

    private double[,] Full(Vector<double> r)
    {
        var rates = new double[Units, classes];
        for (var v = 0; v < Units; v++)
        {
            rates[v, Free] = 1;
            for (var k = 0; k < Free; k++)
            {
                rates[v, k] = r[v * Free + k];
                rates[v, Free] -= rates[v, k];
            }
        }
        return rates;
    }

    // t error - sum ln r - ln(eps_g - I_g) - ln(eps_l - I_l); infinite outside.
    private double Barrier(Vector<double> r, double t, double globalLimit, double localLimit)
    {
        var rates = Full(r);
        var sum = 0.0;
        foreach (var rate in rates)
            sum -= rate > 0 ? Math.Log(rate) : double.NegativeInfinity;
        if (double.IsInfinity(sum))
            return double.PositiveInfinity;
        var (slackGlobal, slackLocal) = (globalLimit - global.Sum(p => p.Information(rates)), localLimit - local.Sum(p => p.Information(rates)));
        return slackGlobal > 0 && slackLocal > 0 ? t * SignedError(rates) + sum - Math.Log(slackGlobal) - Math.Log(slackLocal) : double.PositiveInfinity;
    }

    private double SignedError(double[,] rates)
    {
        var error = 1.0;
        for (var v = 0; v < Units; v++)
            for (var k = 0; k < classes; k++)
                error -= rates[v, k] * right[v, k];
        return error;
    }

    private (Vector<double> Gradient, Matrix<double> Hessian) Derivatives(Vector<double> r, double t, double globalLimit, double localLimit)
    {
        var rates = Full(r);
        var gradient = Vector<double>.Build.Dense(r.Count);
        var hessian = Matrix<double>.Build.Dense(r.Count, r.Count);
        for (var v = 0; v < Units; v++)
            for (var k = 0; k < Free; k++)
            {
                gradient[v * Free + k] = t * (right[v, Free] - right[v, k]) - 1 / rates[v, k] + 1 / rates[v, Free];
                for (var j = 0; j < Free; j++)
                    hessian[v * Free + k, v * Free + j] = (j == k ? 1 / (rates[v, k] * rates[v, k]) : 0) + 1 / (rates[v, Free] * rates[v, Free]);
            }
        Limit(global, globalLimit);
        Limit(local, localLimit);
        return (gradient, hessian);

        void Limit(List<Population> populations, double limit)
        {
            var slope = Vector<double>.Build.Dense(r.Count);
            var slack = limit - populations.Sum(p => p.Information(rates));
            foreach (var population in populations)
                population.AddDerivatives(rates, slope, hessian, 1 / slack);
            gradient.Add(slope / slack, gradient);
            for (var i = 0; i < slope.Count; i++)
                if (slope[i] != 0)
                    for (var j = 0; j < slope.Count; j++)
                        hessian[i, j] += slope[i] * slope[j] / (slack * slack);
        }
    }

    // The units of each group with their masses, among the clients chosen.
    private (int Unit, double Mass)[][] Groups(Func<int, bool> client) =>
        [.. Enumerable.Range(0, joint.Groups)
            .Select(z => Enumerable.Range(0, Units).Where(v => owner[v].Z == z && client(owner[v].S)).Select(v => (v, unitMass[v])).ToArray())
            .Where(members => members.Length > 0)];

    // Groups whose predictions are compared with one another: those of all clients, or of one.
    private sealed class Population((int Unit, double Mass)[][] groups)
    {
        private readonly double mass = groups.Sum(members => members.Sum(m => m.Mass));

        /// <summary>P(population) I(Z;Yh | population), bits.</summary>
        public double Information(double[,] rates)
        {
            var (u, totals) = Masses(rates);
            var sum = 0.0;
            for (var z = 0; z < groups.Length; z++)
            {
                var m = groups[z].Sum(member => member.Mass);
                for (var k = 0; k < totals.Length; k++)
                    if (u[z][k] > 0)
                        sum += u[z][k] * Math.Log(u[z][k] / m * (mass / totals[k]));
            }
            return sum / Math.Log(2);
        }

        /// <summary>Adds the gradient to <paramref name="slope"/> and <paramref name="factor"/> times the Hessian.</summary>
        public void AddDerivatives(double[,] rates, Vector<double> slope, Matrix<double> hessian, double factor)
        {
            var (u, totals) = Masses(rates);
            var (last, bits) = (totals.Length - 1, 1 / Math.Log(2));
            double Ratio(int z, int k) => Math.Log(u[z][k] / totals[k]);
            for (var z = 0; z < groups.Length; z++)
                foreach (var (v, a) in groups[z])
                    for (var k = 0; k < last; k++)
                    {
                        slope[v * last + k] += bits * a * (Ratio(z, k) - Ratio(z, last));
                        foreach (var (w, b) in groups[z])
                            for (var j = 0; j < last; j++)
                                hessian[v * last + k, w * last + j] += factor * bits * a * b * ((j == k ? 1 / u[z][k] : 0) + 1 / u[z][last]);
                        foreach (var others in groups)
                            foreach (var (w, b) in others)
                                for (var j = 0; j < last; j++)
                                    hessian[v * last + k, w * last + j] -= factor * bits * a * b * ((j == k ? 1 / totals[k] : 0) + 1 / totals[last]);
                    }
        }

        private (double[][] ByGroup, double[] Totals) Masses(double[,] rates)
        {
            var classes = rates.GetLength(1);
            var totals = new double[classes];
            var u = new double[groups.Length][];
            for (var z = 0; z < groups.Length; z++)
            {
                u[z] = new double[classes];
                foreach (var (v, a) in groups[z])
                    for (var k = 0; k < classes; k++)
                        u[z][k] += a * rates[v, k];
                for (var k = 0; k < classes; k++)
                    totals[k] += u[z][k];
            }
            return (u, totals);
        }
    }
}
