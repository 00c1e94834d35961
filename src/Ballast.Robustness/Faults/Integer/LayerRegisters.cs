namespace Ballast.Robustness.Faults.Integer;

/// <summary>The three int8 registers that end a layer: y = max(Min, min(Max, Zero + v)). A fault may make Min exceed Max; then Min wins.</summary>
/// <param name="Zero">Zero point of the output.</param>
/// <param name="Min">Least output; the zero point where a ReLU is folded in.</param>
/// <param name="Max">Greatest output.</param>
public readonly record struct LayerRegisters(sbyte Zero, sbyte Min, sbyte Max)
{
    internal sbyte Apply(long value) => (sbyte)Math.Max(Min, Math.Min(Max, Zero + value));
}
