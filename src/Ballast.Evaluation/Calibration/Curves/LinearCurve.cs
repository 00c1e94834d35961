namespace Ballast.Evaluation.Calibration.Curves;

/// <summary>Linear between its corners, constant outside.</summary>
/// <param name="Places">Corners, ascending.</param>
/// <param name="Heights">Values at the corners, in [0, 1].</param>
public sealed record LinearCurve(IReadOnlyList<double> Places, IReadOnlyList<double> Heights) : ConfidenceCurve
{
    private readonly double[] places = FiniteNumbers.Rising(Places, Places?.Count ?? 0, nameof(Places)), heights = FiniteNumbers.Of(Heights, Places?.Count ?? 0, nameof(Heights));

    /// <inheritdoc/>
    public override double At(double confidence) => Math.Clamp(Interpolation.At(places, heights, confidence), 0, 1);
}
