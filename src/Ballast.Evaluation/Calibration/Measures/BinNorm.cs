using System.Numerics.Tensors;

namespace Ballast.Evaluation.Calibration.Measures;

/// <summary>How deviations over bins, in the order of confidence, make one error; for many draws at once, since bins come one by one.</summary>
internal abstract class BinNorm
{
    /// <summary>Sum of magnitudes.</summary>
    public static BinNorm Magnitudes { get; } = new SumOfMagnitudes();

    /// <summary>Largest magnitude of the sum up to any bin: Kolmogorov and Smirnov.</summary>
    public static BinNorm Cumulative { get; } = new LargestSum();

    /// <summary>Root of the sum over bins of share times squared mean residual: deviations are share times mean residual.</summary>
    public static BinNorm RootMeanSquare(double[] shares) => new RootOfSquares(shares);

    /// <summary>Root of sum x_b x_c exp(-2.5 |c_b - c_c|) over bins of these mean confidences: the maximum mean calibration error.</summary>
    public static BinNorm Kernel(double[] confidences) => new KernelRoot(confidences);

    /// <summary>Takes bin <paramref name="bin"/> into the running figures of each draw.</summary>
    /// <param name="bin">The bin; they come in order.</param>
    /// <param name="deviations">Of each draw; may be overwritten.</param>
    /// <param name="carried">What a draw carries from bin to bin; 0 at first.</param>
    /// <param name="figures">What a draw has reached; 0 at first. Larger figures are larger errors.</param>
    public abstract void Add(int bin, Span<double> deviations, Span<double> carried, Span<double> figures);

    /// <summary>The error of a figure.</summary>
    public virtual double ErrorOf(double figure) => figure;

    private sealed class SumOfMagnitudes : BinNorm
    {
        public override void Add(int bin, Span<double> deviations, Span<double> carried, Span<double> figures)
        {
            TensorPrimitives.Abs<double>(deviations, deviations);
            TensorPrimitives.Add<double>(figures, deviations, figures);
        }
    }

    private sealed class LargestSum : BinNorm
    {
        public override void Add(int bin, Span<double> deviations, Span<double> carried, Span<double> figures)
        {
            TensorPrimitives.Add<double>(carried, deviations, carried);
            TensorPrimitives.MaxMagnitude<double>(figures, carried, figures);
            TensorPrimitives.Abs<double>(figures, figures);
        }
    }

    private sealed class RootOfSquares(double[] shares) : BinNorm
    {
        public override double ErrorOf(double figure) => Math.Sqrt(figure);

        public override void Add(int bin, Span<double> deviations, Span<double> carried, Span<double> figures)
        {
            if (shares[bin] == 0)
                return;
            TensorPrimitives.Multiply<double>(deviations, deviations, deviations);
            TensorPrimitives.MultiplyAdd(deviations, 1 / shares[bin], figures, figures);
        }
    }

    // As RankedHits.MaximumMean: sorted, the kernel to all bins before is one number that decays from bin to bin.
    private sealed class KernelRoot(double[] confidences) : BinNorm
    {
        public override double ErrorOf(double figure) => Math.Sqrt(Math.Max(0, figure));

        public override void Add(int bin, Span<double> deviations, Span<double> carried, Span<double> figures)
        {
            if (bin > 0)
                TensorPrimitives.Multiply<double>(carried, Math.Exp(-2.5 * (confidences[bin] - confidences[bin - 1])), carried);
            for (var d = 0; d < deviations.Length; d++)
            {
                figures[d] += deviations[d] * (deviations[d] + 2 * carried[d]);
                carried[d] += deviations[d];
            }
        }
    }
}
