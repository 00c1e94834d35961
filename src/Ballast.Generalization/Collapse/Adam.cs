using System.Numerics;
using System.Runtime.InteropServices;

namespace Ballast.Generalization.Collapse;

/// <summary>Adam in double on one block of parameters (Kingma and Ba 2015, algorithm 1), without torch.</summary>
internal sealed class Adam(int count)
{
    private const double Beta1 = 0.9, Beta2 = 0.999, Epsilon = 1e-8;

    private readonly double[] first = new double[count], second = new double[count];
    private int steps;

    public void Step(double[] parameters, double[] gradient, double rate)
    {
        steps++;
        var (bias1, root2) = (1 - Math.Pow(Beta1, steps), Math.Sqrt(1 - Math.Pow(Beta2, steps)));
        var p = MemoryMarshal.Cast<double, Vector<double>>(parameters.AsSpan());
        var g = MemoryMarshal.Cast<double, Vector<double>>(gradient.AsSpan());
        var m = MemoryMarshal.Cast<double, Vector<double>>(first.AsSpan());
        var v = MemoryMarshal.Cast<double, Vector<double>>(second.AsSpan());
        for (var i = 0; i < p.Length; i++)
        {
            m[i] = Beta1 * m[i] + (1 - Beta1) * g[i];
            v[i] = Beta2 * v[i] + (1 - Beta2) * g[i] * g[i];
            p[i] -= rate / bias1 * m[i] / (Vector.SquareRoot(v[i]) / new Vector<double>(root2) + new Vector<double>(Epsilon));
        }
        for (var i = p.Length * Vector<double>.Count; i < count; i++)
        {
            first[i] = Beta1 * first[i] + (1 - Beta1) * gradient[i];
            second[i] = Beta2 * second[i] + (1 - Beta2) * gradient[i] * gradient[i];
            parameters[i] -= rate / bias1 * first[i] / (Math.Sqrt(second[i]) / root2 + Epsilon);
        }
    }
}
