using System.Numerics.Tensors;
using Ballast.Core;

namespace Ballast.Evaluation.Calibration.ErrorBound;

/// <summary>Monotone networks on standardised log probabilities, started near temperature scaling.</summary>
/// <remarks>
/// f is a function of one variable, so while learning it is computed at 513 places between the least and the largest value and read by linear interpolation, which takes the same time for
/// any number of rows; the learned map integrates at every value.
/// </remarks>
internal sealed class MonotoneNetworkFamily : MapFamily
{
    private const int Places = 513;

    private readonly double mean, scale, low, step;
    private readonly int hidden;

    public MonotoneNetworkFamily(double[] logProbabilities, int hidden, double inverseTemperature, int seed)
    {
        this.hidden = hidden;
        mean = TensorPrimitives.Average<double>(logProbabilities);
        scale = Math.Sqrt(logProbabilities.Sum(log => (log - mean) * (log - mean)) / logProbabilities.Length);
        scale = scale > 1e-12 ? scale : 1;
        low = (TensorPrimitives.Min<double>(logProbabilities) - mean) / scale;
        var high = (TensorPrimitives.Max<double>(logProbabilities) - mean) / scale;
        step = Math.Max(high - low, 1e-6) / (Places - 1);

        // f' = ELU(b3) + 1 = scale / T where the last layer's weights are small: that is temperature scaling.
        Start = new double[MonotoneNetwork.ParameterCount(hidden)];
        var random = RandomStream.For(seed, "monotone network");
        for (var i = 0; i < Start.Length; i++)
            Start[i] = random.NextGaussian() * (i < 2 * hidden ? 1 : i < 2 * hidden + hidden * hidden ? Math.Sqrt(2.0 / hidden) : 0.02);
        var slope = scale * inverseTemperature;
        Start[^1] = slope > 1 ? slope - 1 : Math.Log(slope);
    }

    public override double[] Start { get; }

    public override BoundMap Bind(double[] logProbabilities, int classes) => new Bound(this, logProbabilities, classes);

    public override LogitMap ToMap(double[] parameters) => new MonotoneNetworkMap(mean, scale, hidden, (double[])parameters.Clone());

    private sealed class Bound : BoundMap
    {
        private readonly MonotoneNetworkFamily family;
        private readonly int classes;
        private readonly int[] places;
        private readonly double[] shares;
        private readonly double[] table = new double[Places];

        public Bound(MonotoneNetworkFamily family, double[] logProbabilities, int classes)
        {
            (this.family, this.classes) = (family, classes);
            (places, shares) = (new int[logProbabilities.Length], new double[logProbabilities.Length]);
            for (var i = 0; i < places.Length; i++)
            {
                // Rows beyond the fitting data's range go on along the last stretch.
                var at = ((logProbabilities[i] - family.mean) / family.scale - family.low) / family.step;
                places[i] = (int)Math.Clamp(at, 0, Places - 2);
                shares[i] = at - places[i];
            }
        }

        public override void Forward(double[] parameters, double[] probabilities)
        {
            Parallel.For(0, 8, part =>
            {
                var network = new MonotoneNetwork(family.hidden);
                for (var j = part; j < Places; j += 8)
                    table[j] = network.Value(parameters, family.low + j * family.step);
            });
            for (var i = 0; i < places.Length; i++)
                probabilities[i] = table[places[i]] + shares[i] * (table[places[i] + 1] - table[places[i]]);
            RowSoftmax.Apply(probabilities, classes);
        }

        public override void Backward(double[] parameters, double[] probabilities, double[] slopes, double[] gradient)
        {
            var (inTable, row) = (new double[Places], new double[classes]);
            for (var start = 0; start < places.Length; start += classes)
            {
                ThroughSoftmax(probabilities.AsSpan(start, classes), slopes.AsSpan(start, classes), row);
                for (var k = 0; k < row.Length; k++)
                {
                    var i = start + k;
                    inTable[places[i]] += (1 - shares[i]) * row[k];
                    inTable[places[i] + 1] += shares[i] * row[k];
                }
            }
            // Eight parts whatever the number of threads, added in order: the same sums.
            var parts = new double[8][];
            Parallel.For(0, parts.Length, part =>
            {
                var network = new MonotoneNetwork(family.hidden);
                parts[part] = new double[parameters.Length];
                for (var j = part; j < Places; j += parts.Length)
                    network.AddGradient(parameters, family.low + j * family.step, inTable[j], parts[part]);
            });
            Array.Clear(gradient);
            foreach (var part in parts)
                TensorPrimitives.Add<double>(gradient, part, gradient);
        }
    }
}
