using Ballast.Numerics.Intervals;

namespace Ballast.Evaluation.Subpopulations;

/// <summary>Line and parabola of least squares through the same points, with their residual sums.</summary>
/// <param name="Line">The line.</param>
/// <param name="Parabola">The parabola.</param>
/// <param name="LineResidual">RSS of the line; exactly 0 where only rounding is left.</param>
/// <param name="ParabolaResidual">RSS of the parabola; exactly 0 where only rounding is left.</param>
/// <param name="Total">Sum of squares of z about its mean.</param>
internal readonly record struct PolynomialFits(LineFit Line, ParabolaFit Parabola, double LineResidual, double ParabolaResidual, double Total)
{
    // Residuals of exact fits are sums of squared rounding errors, far below any difference of two accuracies.
    private const double Rounding = 1e-27;

    // The mean of t (1 - t) over t = 0, .01, ..., 1.
    private const double MeanOfArc = 0.165;

    /// <summary>Fits by orthogonal polynomials of x centred and scaled (a QR of the design), then writes the coefficients for raw x.</summary>
    /// <param name="x">m places, at least three of them different.</param>
    /// <param name="z">m values.</param>
    public static PolynomialFits Of(ReadOnlySpan<double> x, ReadOnlySpan<double> z)
    {
        var m = x.Length;
        double meanX = 0, meanZ = 0, squares = 0;
        for (var i = 0; i < m; i++)
            (meanX, meanZ) = (meanX + x[i] / m, meanZ + z[i] / m);
        for (var i = 0; i < m; i++)
            squares += (x[i] - meanX) * (x[i] - meanX);
        var scale = Math.Sqrt(squares / m);
        // u has mean 0 and mean square 1; p = u^2 - s u - 1 is orthogonal to 1 and u.
        double s = 0;
        for (var i = 0; i < m; i++)
            s += Math.Pow((x[i] - meanX) / scale, 3) / m;
        double alongU = 0, alongP = 0, lengthP = 0, total = 0, size = 0;
        for (var i = 0; i < m; i++)
        {
            var u = (x[i] - meanX) / scale;
            var p = u * u - s * u - 1;
            alongU += u * (z[i] - meanZ) / m;
            alongP += p * (z[i] - meanZ);
            lengthP += p * p;
            total += (z[i] - meanZ) * (z[i] - meanZ);
            size += z[i] * z[i];
        }
        var (b, c) = (alongU, alongP / lengthP);
        double lineResidual = 0, parabolaResidual = 0;
        for (var i = 0; i < m; i++)
        {
            var u = (x[i] - meanX) / scale;
            var (left, curved) = (z[i] - meanZ - b * u, c * (u * u - s * u - 1));
            lineResidual += left * left;
            parabolaResidual += (left - curved) * (left - curved);
        }
        double Cleaned(double residual) => residual <= Rounding * size ? 0 : residual;
        (lineResidual, parabolaResidual) = (Cleaned(lineResidual), Cleaned(parabolaResidual));
        double R2(double residual) => total <= Rounding * size ? 1 : 1 - residual / total;
        var line = new LineFit(meanZ - b * meanX / scale, b / scale, R2(lineResidual));
        var (c2, c1) = (c / (scale * scale), (b - c * s) / scale);
        var parabola = new ParabolaFit(meanZ - c - c1 * meanX + c2 * meanX * meanX, c1 - 2 * c2 * meanX, c2, R2(parabolaResidual));
        return new PolynomialFits(line, parabola, lineResidual, parabolaResidual, total);
    }

    /// <summary>R2 of the parabola less that of the line.</summary>
    public double GainedR2 => Parabola.R2 - Line.R2;

    /// <summary>How far the parabola lies below its chord between the 5% and 95% quantiles of x, on average over 101 places: c2 (x - a)(b - x) there.</summary>
    /// <param name="sortedX">x, ascending.</param>
    public double Sag(ReadOnlySpan<double> sortedX)
    {
        var width = Bootstrap.Quantile(sortedX, 0.95) - Bootstrap.Quantile(sortedX, 0.05);
        return Parabola.C2 * width * width * MeanOfArc;
    }
}
