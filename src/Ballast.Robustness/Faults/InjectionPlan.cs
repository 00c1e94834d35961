using Ballast.Core;

namespace Ballast.Robustness.Faults;

/// <summary>The injections of a campaign in the order of their numbers; injection i is the same whatever is run before it.</summary>
internal sealed class InjectionPlan
{
    /// <summary>Draws a stratum gets before its share is known.</summary>
    public const int Pilot = 30;

    private readonly IReadOnlyList<FaultStratum> strata;
    private readonly int inputs;
    private readonly long seed;
    private readonly List<Injection> drawn = [];
    private readonly HashSet<(int Stratum, int Bit)> whole = [];

    public InjectionPlan(IReadOnlyList<FaultStratum> strata, int inputs, long seed) => (this.strata, this.inputs, this.seed) = (strata, inputs, seed);

    public int Count => drawn.Count;

    public Injection this[int index] => drawn[index];

    /// <summary>Whether every site of a stratum's bit is run with every input, each once.</summary>
    public bool IsWhole(int stratum, int bit) => whole.Contains((stratum, bit));

    /// <summary>Injections of every site with every input; long.MaxValue where that overflows.</summary>
    public static long PopulationOf(IReadOnlyList<FaultStratum> strata, int inputs)
    {
        var sites = strata.Aggregate(0.0, (sum, stratum) => sum + stratum.Sites);
        return sites * inputs < 9e18 ? strata.Sum(stratum => stratum.Sites) * inputs : long.MaxValue;
    }

    /// <summary>Draws faults from the whole population by raw rate, independently, each with so many inputs, which stand one after the other.</summary>
    public void AddProportional(long count, int inputsPerFault = 1)
    {
        var upTo = new double[strata.Count];
        var sum = 0.0;
        for (var h = 0; h < upTo.Length; h++)
            upTo[h] = sum += strata[h].RawBits;
        var random = RandomStream.For(seed, "soft errors");
        for (var i = 0L; i < count; i++)
        {
            random.Restart(i);
            var place = Array.BinarySearch(upTo, random.NextDouble() * sum);
            var h = Math.Min(place < 0 ? ~place : place + 1, upTo.Length - 1);
            var site = Uniform(random, strata[h].Sites);
            if (inputsPerFault == 1)
                drawn.Add(new Injection(h, site, random.Next(inputs)));
            else
                foreach (var input in random.SampleWithoutReplacement(inputs, inputsPerFault))
                    drawn.Add(new Injection(h, site, input));
        }
    }

    /// <summary>Draws <paramref name="from"/>..<paramref name="to"/> of a stratum, or of one of its bits.</summary>
    public void AddFrom(int stratum, int? bit, long from, long to)
    {
        var one = strata[stratum];
        var random = RandomStream.For(seed, $"soft errors {one.Unit}/{one.Layer}{(bit is null ? "" : $"/{bit}")}");
        for (var i = from; i < to; i++)
        {
            random.Restart(i);
            var site = bit is { } fixedBit ? Uniform(random, one.Sites / one.Bits) * one.Bits + fixedBit : Uniform(random, one.Sites);
            drawn.Add(new Injection(stratum, site, random.Next(inputs)));
        }
    }

    /// <summary>Every site of a stratum, or of one of its bits, with every input.</summary>
    public void AddAll(int stratum, int? bit = null)
    {
        var one = strata[stratum];
        MarkWhole(stratum, bit);
        for (var input = 0; input < inputs; input++)
            for (var site = bit ?? 0L; site < one.Sites; site += bit is null ? 1 : one.Bits)
                drawn.Add(new Injection(stratum, site, input));
    }

    /// <summary>Says that every site of a stratum, or of one of its bits, is run with every input.</summary>
    public void MarkWhole(int stratum, int? bit = null)
    {
        for (var b = bit ?? 0; b < (bit + 1 ?? strata[stratum].Bits); b++)
            whole.Add((stratum, b));
    }

    /// <summary>Sizes of a second stage of <paramref name="total"/> draws, n_h proportional to W_h sqrt(p (1 - p)), p = (k + 1/2) / (n + 1) of the pilot.</summary>
    public static long[] SecondStage(ReadOnlySpan<double> weights, ReadOnlySpan<long> trials, ReadOnlySpan<long> events, long total)
    {
        var shares = new double[weights.Length];
        for (var h = 0; h < shares.Length; h++)
        {
            var p = (events[h] + 0.5) / (trials[h] + 1.0);
            shares[h] = weights[h] * Math.Sqrt(p * (1 - p));
        }
        var sum = shares.Sum();
        return [.. shares.Select(share => (long)Math.Round(total * share / sum))];
    }

    private static long Uniform(RandomStream random, long count) => count <= int.MaxValue ? random.Next((int)count) : (long)(random.NextDouble() * count);
}
