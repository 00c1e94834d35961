namespace Ballast.Evaluation.Calibration.ErrorBound;

/// <summary>Sorts the events of a matrix of probabilities, equal ones in row-major order, by a stable radix sort.</summary>
/// <remarks>
/// The key is p + 1e-20, which orders as the log(p + 1e-20) of the definition does. The bits of doubles of one sign order as the numbers do, so six passes of eleven bits suffice;
/// a pass in which all keys agree (the exponent's highest bits) is left out. Buffers are kept between calls.
/// </remarks>
internal sealed class EventOrder(int events)
{
    private const double Offset = 1e-20;
    private const int Bits = 11;
    private const int Buckets = 1 << Bits;
    private const int Passes = 6;

    private ulong[] keys = new ulong[events], otherKeys = new ulong[events];
    private int[] order = new int[events], otherOrder = new int[events];
    private readonly int[] counts = new int[Passes * Buckets];

    /// <summary>Positions of the probabilities in ascending order; valid until the next call.</summary>
    public ReadOnlySpan<int> Sort(ReadOnlySpan<double> probabilities)
    {
        Array.Clear(counts);
        for (var i = 0; i < probabilities.Length; i++)
        {
            var key = BitConverter.DoubleToUInt64Bits(probabilities[i] + Offset);
            (keys[i], order[i]) = (key, i);
            for (var pass = 0; pass < Passes; pass++)
                counts[pass * Buckets + (int)(key >> (pass * Bits) & (Buckets - 1))]++;
        }
        for (var pass = 0; pass < Passes; pass++)
        {
            var starts = counts.AsSpan(pass * Buckets, Buckets);
            if (probabilities.Length > 0 && starts[(int)(keys[0] >> (pass * Bits) & (Buckets - 1))] == probabilities.Length)
                continue;
            var sum = 0;
            foreach (ref var start in starts)
                (start, sum) = (sum, sum + start);
            for (var i = 0; i < probabilities.Length; i++)
            {
                var to = starts[(int)(keys[i] >> (pass * Bits) & (Buckets - 1))]++;
                (otherKeys[to], otherOrder[to]) = (keys[i], order[i]);
            }
            (keys, otherKeys) = (otherKeys, keys);
            (order, otherOrder) = (otherOrder, order);
        }
        return order.AsSpan(0, probabilities.Length);
    }
}
