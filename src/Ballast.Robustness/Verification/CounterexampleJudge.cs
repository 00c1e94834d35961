using Ballast.Robustness.Bounds;
using static TorchSharp.torch;

namespace Ballast.Robustness.Verification;

/// <summary>Decides whether a point refutes a property: it must do so in single precision as ONNX Runtime computes, and in double precision too, so that no rounding error is taken for a counterexample.</summary>
/// <param name="network">The network in double precision.</param>
/// <param name="reference">The network in ONNX Runtime.</param>
internal sealed class CounterexampleJudge(BoundedNetwork network, OnnxReference reference)
{
    /// <summary>The counterexample that a point is once rounded to single precision inside the box; null when it is none.</summary>
    public Counterexample? Judge(RegionQuery query, ReadOnlySpan<double> point)
    {
        var (rounded, isInside) = Round(query, point);
        var outputs = reference.Run(rounded);
        var values = Array.ConvertAll(outputs, value => (double)value);
        if (values.Any(value => !double.IsFinite(value)) || !Holds(query, values))
            return null;
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var exact = network.Forward(tensor(Array.ConvertAll(rounded, value => (double)value)).reshape([1, .. network.InputShape]));
        return Holds(query, exact.data<double>().ToArray()) ? new Counterexample(rounded, outputs, isInside) : null;
    }

    private static bool Holds(RegionQuery query, double[] outputs) =>
        query.Region.Disjuncts.Any(disjunct => disjunct.All(row => row.Excess(outputs) <= 0));

    private static (float[] Point, bool IsInside) Round(RegionQuery query, ReadOnlySpan<double> point)
    {
        var (lower, upper) = (query.Region.Lower, query.Region.Upper);
        var (rounded, isInside) = (new float[point.Length], true);
        for (var i = 0; i < rounded.Length; i++)
        {
            var value = (float)Math.Clamp(point[i], lower[i], upper[i]);
            if (value > upper[i])
                value = MathF.BitDecrement(value);
            else if (value < lower[i])
                value = MathF.BitIncrement(value);
            if (value > upper[i] || value < lower[i])
                (value, isInside) = ((float)Math.Clamp(point[i], lower[i], upper[i]), false);
            rounded[i] = value;
        }
        return (rounded, isInside);
    }
}
