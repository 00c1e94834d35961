using Ballast.Core;
using MathNet.Numerics;

namespace Ballast.Generalization.RandomFeatures;

/// <summary>What networks of Gaussian units lose when the length of their weights is bounded by lambda, on the line.</summary>
/// <remarks>
/// With sigma(z) = e^(-z^2/2) and rho(z) = (1 - z^2) e^(-z^2/2), units with |a| at most lambda, weighted by the ridgelet transform, give back f through the low-pass e^(-nu^2/lambda^2), exactly (C = 2 pi).
/// No number of units mends this: the error is set by f's spectrum beyond lambda.
/// </remarks>
public static class Ridgelet
{
    // From here on the tail of one unit grows with |a| up to lambda, which the floor needs.
    private const double LeastOmega = 0.6;

    /// <summary>R[f](a, b), the integral of f(x) rho(a x - b) over [<paramref name="from"/>, <paramref name="to"/>] by the trapezoid rule.</summary>
    /// <param name="f">The function; must vanish at both ends for the rule to be exact to many digits.</param>
    /// <param name="a">Weight.</param>
    /// <param name="b">Bias.</param>
    /// <param name="from">Lower end.</param>
    /// <param name="to">Upper end.</param>
    /// <param name="step">Distance of points; 0.0125 by default.</param>
    public static double Transform1D(Func<double, double> f, double a, double b, double from, double to, double step = 0.0125)
    {
        ArgumentNullException.ThrowIfNull(f);
        var count = (int)Math.Round((to - from) / Guard.Positive(step));
        var (width, sum) = ((to - from) / Guard.Positive(count), 0.0);
        for (var i = 0; i <= count; i++)
        {
            var x = from + i * width;
            var z = a * x - b;
            sum += (i == 0 || i == count ? 0.5 : 1) * f(x) * (1 - z * z) * Math.Exp(-z * z / 2);
        }
        return sum * width;
    }

    /// <summary>(1 / C) times the integral of R[f](a, b) sigma(a x - b) over |a| at most lambda and |b| at most <paramref name="biasRange"/>, by quadrature: the band-limited network itself.</summary>
    /// <param name="f">The function.</param>
    /// <param name="points">Where it is evaluated.</param>
    /// <param name="bandwidth">lambda.</param>
    /// <param name="from">Lower end of f's support.</param>
    /// <param name="to">Upper end of f's support.</param>
    /// <param name="biasRange">Must exceed lambda times the largest |x| by a few units.</param>
    /// <param name="weightPoints">Points along a.</param>
    /// <param name="biasPoints">Points along b.</param>
    public static double[] Reconstruct1D(Func<double, double> f, ReadOnlySpan<double> points, double bandwidth, double from, double to, double biasRange = 22, int weightPoints = 161, int biasPoints = 441)
    {
        ArgumentNullException.ThrowIfNull(f);
        Guard.Positive(bandwidth);
        var (da, db) = (2 * bandwidth / (Guard.InRange(weightPoints, 2, int.MaxValue) - 1), 2 * biasRange / (Guard.InRange(biasPoints, 2, int.MaxValue) - 1));
        var xs = points.ToArray();
        var terms = new double[weightPoints][];
        Parallel.For(0, weightPoints, i =>
        {
            var (a, own) = (-bandwidth + i * da, new double[xs.Length]);
            for (var j = 0; j < biasPoints; j++)
            {
                var b = -biasRange + j * db;
                var weight = Transform1D(f, a, b, from, to) * (i == 0 || i == weightPoints - 1 ? 0.5 : 1) * (j == 0 || j == biasPoints - 1 ? 0.5 : 1);
                for (var p = 0; p < xs.Length; p++)
                    own[p] += weight * Math.Exp(-(a * xs[p] - b) * (a * xs[p] - b) / 2);
            }
            terms[i] = own;
        });
        return [.. xs.Select((_, p) => terms.Sum(own => own[p]) * da * db / (2 * Math.PI))];
    }

    /// <summary>E(lambda), the squared error of the band-limited reconstruction: above 0 for every f but 0.</summary>
    public static double LowPassError(GaussianMixture f, double bandwidth)
    {
        ArgumentNullException.ThrowIfNull(f);
        var g = f.LowPass(bandwidth);
        return Math.Max(0, f.SquaredNorm - 2 * GaussianMixture.Inner(f, g) + g.SquaredNorm);
    }

    /// <summary>A proven floor of |f - f_N| over the whole line, for any number of units with |a| at most lambda whose coefficients sum to at most B in magnitude.</summary>
    /// <remarks>max over Omega of |P f beyond Omega| - B tau, tau^2 = (sqrt(pi) / lambda) erfc(Omega / lambda), Omega at least 0.6 lambda. It says nothing of a finite interval with unbounded coefficients, where analytic units can approximate anything.</remarks>
    /// <param name="f">The target.</param>
    /// <param name="bandwidth">lambda, above 0.</param>
    /// <param name="budget">B, at least 0.</param>
    /// <param name="activation">Must be <see cref="FeatureActivation.Gaussian"/>, for which alone the floor is proven.</param>
    /// <exception cref="ArgumentException">Another activation.</exception>
    public static double BudgetFloor(GaussianMixture f, double bandwidth, double budget, FeatureActivation activation = FeatureActivation.Gaussian)
    {
        ArgumentNullException.ThrowIfNull(f);
        Guard.Positive(bandwidth);
        Guard.NotNegative(budget);
        if (activation != FeatureActivation.Gaussian)
            throw new ArgumentException($"The floor is proven for Gaussian units, not for {activation}.", nameof(activation));
        // Beyond this the narrowest part's energy is e^-100 of what it was.
        var last = Math.Max(10 / f.Parts.Min(part => part.Width), bandwidth);
        var first = LeastOmega * bandwidth;
        var steps = (int)Math.Clamp(Math.Ceiling((last - first) / Math.Min(0.05, bandwidth / 50)), 2, 4_000_000);
        var step = (last - first) / steps;
        var (tail, floor, upper) = (0.0, 0.0, f.Energy(last));
        for (var i = steps - 1; i >= 0; i--)
        {
            // Simpson's rule over one step, summed from the far end, where the terms are small.
            var omega = first + i * step;
            var lower = f.Energy(omega);
            tail += step / 6 * (lower + 4 * f.Energy(omega + step / 2) + upper);
            upper = lower;
            floor = Math.Max(floor, Math.Sqrt(tail / Math.PI) - budget * Math.Sqrt(Math.Sqrt(Math.PI) / bandwidth * SpecialFunctions.Erfc(omega / bandwidth)));
        }
        return floor;
    }

    /// <summary>The coefficient budget that a given error needs at this range; infinity where the error cannot be reached below 1e300.</summary>
    public static double BudgetFor(GaussianMixture f, double bandwidth, double error)
    {
        Guard.Positive(error);
        if (BudgetFloor(f, bandwidth, 0) <= error)
            return 0;
        var (low, high) = (-300.0, 300.0);
        if (BudgetFloor(f, bandwidth, 1e300) > error)
            return double.PositiveInfinity;
        for (var i = 0; i < 40; i++)
        {
            var middle = (low + high) / 2;
            (low, high) = BudgetFloor(f, bandwidth, Math.Pow(10, middle)) > error ? (middle, high) : (low, middle);
        }
        return Math.Pow(10, high);
    }
}
