using Ballast.Numerics.Intervals;

namespace Ballast.Evaluation.Calibration.ErrorBound;

/// <summary>Piecewise linear maps whose knots are quantiles of the fitting data's -log p; slopes start at temperature scaling's 1 / T.</summary>
internal sealed class PiecewiseLinearFamily : MapFamily
{
    private readonly double[] knots;

    public PiecewiseLinearFamily(double[] logProbabilities, int segments, double inverseTemperature)
    {
        var sorted = Array.ConvertAll(logProbabilities, log => Math.Max(0, -log));
        Array.Sort(sorted);
        knots = [.. Enumerable.Range(0, segments).Select(i => i == 0 ? 0 : Bootstrap.Quantile(sorted, (double)i / segments)).Distinct()];
        Start = new double[knots.Length];
        Array.Fill(Start, inverseTemperature);
    }

    public override double[] Start { get; }

    public override BoundMap Bind(double[] logProbabilities, int classes) => new Bound(knots, logProbabilities, classes);

    public override LogitMap ToMap(double[] parameters) => new PiecewiseLinearMap(knots, Array.ConvertAll(parameters, Math.Abs));

    private sealed class Bound : BoundMap
    {
        private readonly double[] knots, offsets;
        private readonly int[] segments;
        private readonly int classes;

        public Bound(double[] knots, double[] logProbabilities, int classes)
        {
            (this.knots, this.classes) = (knots, classes);
            (segments, offsets) = (new int[logProbabilities.Length], new double[logProbabilities.Length]);
            for (var i = 0; i < segments.Length; i++)
            {
                var x = Math.Max(0, -logProbabilities[i]);
                segments[i] = PiecewiseLinearMap.SegmentOf(knots, x);
                offsets[i] = x - knots[segments[i]];
            }
        }

        public override void Forward(double[] parameters, double[] probabilities)
        {
            var heights = PiecewiseLinearMap.Heights(knots, parameters);
            for (var i = 0; i < segments.Length; i++)
                probabilities[i] = -(heights[segments[i]] + Math.Abs(parameters[segments[i]]) * offsets[i]);
            RowSoftmax.Apply(probabilities, classes);
        }

        // f rises by 1 in s_i for every unit of x inside segment i: the own part of a value's segment, and all of those before.
        public override void Backward(double[] parameters, double[] probabilities, double[] slopes, double[] gradient)
        {
            Span<double> row = stackalloc double[classes <= 512 ? classes : 0];
            row = classes <= 512 ? row : new double[classes];
            var beyond = new double[knots.Length];
            Array.Clear(gradient);
            for (var start = 0; start < segments.Length; start += classes)
            {
                ThroughSoftmax(probabilities.AsSpan(start, classes), slopes.AsSpan(start, classes), row);
                for (var k = 0; k < row.Length; k++)
                {
                    var segment = segments[start + k];
                    gradient[segment] -= row[k] * offsets[start + k];
                    beyond[segment] -= row[k];
                }
            }
            var later = 0.0;
            for (var i = knots.Length - 1; i >= 0; i--)
            {
                if (i + 1 < knots.Length)
                    gradient[i] += later * (knots[i + 1] - knots[i]);
                later += beyond[i];
                gradient[i] *= parameters[i] < 0 ? -1 : 1;
            }
        }
    }
}
