using Ballast.Core;

namespace Ballast.Generalization.RandomFeatures;

/// <summary>f(x) = sum of weight e^(-(x - centre)^2 / (2 width^2)) on the line: a target whose spectrum is known.</summary>
/// <param name="Parts">Weight, centre, width above 0 of each part; at least one.</param>
public sealed record GaussianMixture(IReadOnlyList<(double Weight, double Centre, double Width)> Parts)
{
    /// <summary>The parts.</summary>
    public IReadOnlyList<(double Weight, double Centre, double Width)> Parts { get; } =
        Parts.Count > 0 && Parts.All(part => Guard.Positive(part.Width) > 0) ? Parts : throw new ArgumentException("A mixture needs a part.", nameof(Parts));

    /// <summary>Integral of f^2 over the line.</summary>
    public double SquaredNorm => Inner(this, this);

    /// <summary>f at a point.</summary>
    public double At(double x) => Parts.Sum(part => part.Weight * Math.Exp(-Square((x - part.Centre) / part.Width) / 2));

    /// <summary>|f^(nu)|^2, with f^(nu) the integral of f e^(-i nu x).</summary>
    public double Energy(double frequency)
    {
        var (real, imaginary) = (0.0, 0.0);
        foreach (var (weight, centre, width) in Parts)
        {
            var size = weight * width * Math.Sqrt(2 * Math.PI) * Math.Exp(-Square(width * frequency) / 2);
            var (sin, cos) = Math.SinCos(frequency * centre);
            (real, imaginary) = (real + size * cos, imaginary - size * sin);
        }
        return real * real + imaginary * imaginary;
    }

    /// <summary>f through the low-pass e^(-nu^2 / lambda^2): each width^2 grows by 2 / lambda^2, each weight shrinks by old over new width.</summary>
    public GaussianMixture LowPass(double bandwidth) => new([.. Parts.Select(part =>
    {
        var width = Math.Sqrt(part.Width * part.Width + 2 / Square(Guard.Positive(bandwidth)));
        return (part.Weight * part.Width / width, part.Centre, width);
    })]);

    /// <summary>Integral of f g over the line.</summary>
    internal static double Inner(GaussianMixture f, GaussianMixture g) => f.Parts.Sum(a => g.Parts.Sum(b =>
    {
        var square = a.Width * a.Width + b.Width * b.Width;
        return a.Weight * b.Weight * a.Width * b.Width * Math.Sqrt(2 * Math.PI / square) * Math.Exp(-Square(a.Centre - b.Centre) / (2 * square));
    }));

    private static double Square(double value) => value * value;
}
