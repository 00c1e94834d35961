using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using System.Text;

namespace Ballast.Core;

/// <summary>A counter-based stream of random numbers keyed by (seed, what, index): the same key gives the same numbers on any thread, in any order of work.</summary>
/// <remarks>
/// Source: Philox4x32-10 of Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC 2011. The key is the
/// seed mixed with a hash of <c>what</c>, the high half of the counter is <c>index</c>, the low half the position. Not for cryptography.
/// An instance is not thread-safe; give each piece of work a stream of its own.
/// </remarks>
public sealed class RandomStream
{
    private readonly uint key0, key1;
    private uint index0, index1;
    private readonly uint[] block = new uint[4];
    private ulong position;
    private int used = 4;
    private double spareGaussian = double.NaN;

    private RandomStream(ulong key, ulong index)
    {
        (key0, key1) = ((uint)key, (uint)(key >> 32));
        (index0, index1) = ((uint)index, (uint)(index >> 32));
    }

    /// <summary>The stream for one purpose of one method.</summary>
    /// <param name="seed">The user's seed.</param>
    /// <param name="what">The purpose, such as "smote" or "folds": different purposes never share numbers.</param>
    /// <param name="index">Which of many alike: a class, a fold, a bootstrap draw.</param>
    public static RandomStream For(long seed, string what, long index = 0)
    {
        ArgumentNullException.ThrowIfNull(what);
        return new RandomStream(Mix((ulong)seed + Mix(Hash(what))), (ulong)index);
    }

    /// <summary>Makes this the stream of another index of the same seed and purpose, from its first number on: for loops that must not allocate.</summary>
    /// <param name="index">As in <see cref="For"/>; the numbers are those that <c>For(seed, what, index)</c> would give.</param>
    public void Restart(long index)
    {
        (index0, index1) = ((uint)index, (uint)((ulong)index >> 32));
        position = 0;
        used = 4;
        spareGaussian = double.NaN;
    }

    /// <summary>32 random bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public uint NextUInt32()
    {
        if (used == 4)
            Refill();
        return block[used++];
    }

    /// <summary>The next <paramref name="values"/>.Length results of <see cref="NextUInt32"/>, many at a time where the processor allows.</summary>
    public void Fill(Span<uint> values)
    {
        while (values.Length > 0 && used < 4)
        {
            values[0] = block[used++];
            values = values[1..];
        }
        while (Avx2.IsSupported && values.Length >= 16)
        {
            Philox4(values);
            position += 4;
            values = values[16..];
        }
        for (var i = 0; i < values.Length; i++)
            values[i] = NextUInt32();
    }

    /// <summary>64 random bits.</summary>
    public ulong NextUInt64() => ((ulong)NextUInt32() << 32) | NextUInt32();

    /// <summary>Uniform in [0, 1) with 53 random bits.</summary>
    public double NextDouble() => (NextUInt64() >> 11) * (1.0 / (1UL << 53));

    /// <summary>Uniform whole number in [0, <paramref name="exclusiveMax"/>), without bias (Lemire's multiply-and-reject).</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="exclusiveMax"/> is below 1.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Next(int exclusiveMax)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(exclusiveMax, 1);
        var range = (uint)exclusiveMax;
        var product = (ulong)NextUInt32() * range;
        if ((uint)product < range)
        {
            var threshold = (0u - range) % range;
            while ((uint)product < threshold)
                product = (ulong)NextUInt32() * range;
        }
        return (int)(product >> 32);
    }

    /// <summary>Standard normal (Box and Muller).</summary>
    public double NextGaussian()
    {
        if (!double.IsNaN(spareGaussian))
        {
            var spare = spareGaussian;
            spareGaussian = double.NaN;
            return spare;
        }
        var radius = Math.Sqrt(-2 * Math.Log(1 - NextDouble()));
        var (sin, cos) = Math.SinCos(2 * Math.PI * NextDouble());
        spareGaussian = radius * sin;
        return radius * cos;
    }

    /// <summary>Shuffles in place (Fisher and Yates).</summary>
    public void Shuffle<T>(Span<T> items)
    {
        for (var i = items.Length - 1; i > 0; i--)
        {
            var j = Next(i + 1);
            (items[i], items[j]) = (items[j], items[i]);
        }
    }

    /// <summary>The numbers 0..<paramref name="count"/>-1 in random order.</summary>
    public int[] Permutation(int count)
    {
        var order = new int[Guard.NotNegative(count)];
        for (var i = 0; i < count; i++)
            order[i] = i;
        Shuffle(order.AsSpan());
        return order;
    }

    /// <summary><paramref name="take"/> different numbers from 0..<paramref name="count"/>-1, ascending.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="take"/> exceeds <paramref name="count"/> or is negative.</exception>
    public int[] SampleWithoutReplacement(int count, int take)
    {
        Guard.InRange(take, 0, count);
        // Floyd's algorithm: memory in the sample's size, not the population's.
        var chosen = new HashSet<int>(take);
        for (var j = count - take; j < count; j++)
        {
            var t = Next(j + 1);
            chosen.Add(chosen.Contains(t) ? j : t);
        }
        var sample = chosen.ToArray();
        Array.Sort(sample);
        return sample;
    }

    private void Refill()
    {
        Philox((uint)position, (uint)(position >> 32), index0, index1, key0, key1, block);
        position++;
        used = 0;
    }

    /// <summary>One block of Philox4x32-10: 128 bits of counter and 64 of key to 128 random bits.</summary>
    internal static void Philox(uint c0, uint c1, uint c2, uint c3, uint k0, uint k1, Span<uint> output)
    {
        for (var round = 0; round < 10; round++)
        {
            var product0 = 0xD2511F53UL * c0;
            var product1 = 0xCD9E8D57UL * c2;
            (c0, c1, c2, c3) = ((uint)(product1 >> 32) ^ c1 ^ k0, (uint)product1, (uint)(product0 >> 32) ^ c3 ^ k1, (uint)product0);
            k0 += 0x9E3779B9;
            k1 += 0xBB67AE85;
        }
        (output[0], output[1], output[2], output[3]) = (c0, c1, c2, c3);
    }

    // Four blocks at consecutive positions: one 64-bit lane a block, the 32-bit words in the low halves.
    private void Philox4(Span<uint> output)
    {
        var low = Vector256.Create(0xFFFFFFFFUL);
        var counter = Vector256.Create(position) + Vector256.Create(0UL, 1, 2, 3);
        var (c0, c1) = (counter & low, counter >>> 32);
        var (c2, c3) = (Vector256.Create((ulong)index0), Vector256.Create((ulong)index1));
        var (m0, m1) = (Vector256.Create(0xD2511F53UL).AsUInt32(), Vector256.Create(0xCD9E8D57UL).AsUInt32());
        var (k0, k1) = (key0, key1);
        for (var round = 0; round < 10; round++)
        {
            var product0 = Avx2.Multiply(c0.AsUInt32(), m0);
            var product1 = Avx2.Multiply(c2.AsUInt32(), m1);
            (c0, c1, c2, c3) = (
                (product1 >>> 32) ^ c1 ^ Vector256.Create((ulong)k0), product1 & low,
                (product0 >>> 32) ^ c3 ^ Vector256.Create((ulong)k1), product0 & low);
            k0 += 0x9E3779B9;
            k1 += 0xBB67AE85;
        }
        // Words 0 and 1 of each block share a lane, so do 2 and 3; interleaving the lanes puts the blocks in order.
        var (first, second) = (c0 | (c1 << 32), c2 | (c3 << 32));
        var (even, odd) = (Avx2.UnpackLow(first, second), Avx2.UnpackHigh(first, second));
        Avx2.Permute2x128(even, odd, 0x20).AsUInt32().CopyTo(output);
        Avx2.Permute2x128(even, odd, 0x31).AsUInt32().CopyTo(output[8..]);
    }

    // FNV-1a over UTF-8, then the finaliser of SplitMix64: near-alike names must give unrelated keys.
    private static ulong Hash(string text)
    {
        var hash = 0xCBF29CE484222325UL;
        foreach (var b in Encoding.UTF8.GetBytes(text))
            hash = (hash ^ b) * 0x100000001B3UL;
        return hash;
    }

    private static ulong Mix(ulong z)
    {
        z += 0x9E3779B97F4A7C15UL;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9UL;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBUL;
        return z ^ (z >> 31);
    }
}
