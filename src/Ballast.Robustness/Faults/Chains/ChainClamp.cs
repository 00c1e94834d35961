namespace Ballast.Robustness.Faults.Chains;

/// <summary>min(max(x, low), high); NaN stays.</summary>
internal sealed class ChainClamp(string name, int length, double low, double high) : ChainStep(name, length, length)
{
    public double Low => low;

    public double High => high;

    public override void Run(ReadOnlySpan<float> x, Span<float> y, ReadOnlySpan<float[]> tensors, Span<float> scratch)
    {
        for (var i = 0; i < x.Length; i++)
            y[i] = x[i] < low ? (float)low : x[i] > high ? (float)high : x[i];
    }
}
