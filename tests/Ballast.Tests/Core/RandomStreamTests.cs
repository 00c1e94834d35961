using Ballast.Core;

namespace Ballast.Tests.Core;

public sealed class RandomStreamTests
{
    [Theory]
    // Known answers of the Random123 distribution (kat_vectors, philox4x32 10).
    [InlineData(0u, 0u, 0u, 0u, 0u, 0u, 0x6627e8d5u, 0xe169c58du, 0xbc57ac4cu, 0x9b00dbd8u)]
    [InlineData(~0u, ~0u, ~0u, ~0u, ~0u, ~0u, 0x408f276du, 0x41c83b0eu, 0xa20bc7c6u, 0x6d5451fdu)]
    [InlineData(0x243f6a88u, 0x85a308d3u, 0x13198a2eu, 0x03707344u, 0xa4093822u, 0x299f31d0u, 0xd16cfe09u, 0x94fdccebu, 0x5001e420u, 0x24126ea1u)]
    public void Philox_gives_the_published_answers(uint c0, uint c1, uint c2, uint c3, uint k0, uint k1, uint r0, uint r1, uint r2, uint r3)
    {
        var output = new uint[4];

        RandomStream.Philox(c0, c1, c2, c3, k0, k1, output);

        Assert.Equal([r0, r1, r2, r3], output);
    }

    [Fact]
    public void Same_key_same_numbers_and_other_keys_other_numbers()
    {
        static ulong[] Draw(long seed, string what, long index)
        {
            var stream = RandomStream.For(seed, what, index);
            return [.. Enumerable.Range(0, 8).Select(_ => stream.NextUInt64())];
        }

        Assert.Equal(Draw(7, "folds", 3), Draw(7, "folds", 3));
        Assert.NotEqual(Draw(7, "folds", 3), Draw(8, "folds", 3));
        Assert.NotEqual(Draw(7, "folds", 3), Draw(7, "smote", 3));
        Assert.NotEqual(Draw(7, "folds", 3), Draw(7, "folds", 4));
    }

    [Fact]
    public void Whole_numbers_are_uniform()
    {
        var stream = RandomStream.For(1, "uniform");
        var counts = new int[7];

        for (var i = 0; i < 70_000; i++)
            counts[stream.Next(7)]++;

        // Chi-squared with 6 degrees of freedom stays below 22.5 with probability 0.999.
        Assert.True(counts.Sum(c => Math.Pow(c - 10_000, 2) / 10_000) < 22.5);
    }

    [Fact]
    public void Sampling_without_replacement_gives_distinct_ascending_numbers()
    {
        var sample = RandomStream.For(1, "sample").SampleWithoutReplacement(1000, 400);

        Assert.Equal(400, sample.Distinct().Count());
        Assert.Equal(sample.Order(), sample);
        Assert.All(sample, s => Assert.InRange(s, 0, 999));
    }

    [Fact]
    public void Filling_gives_the_same_numbers_as_drawing_one_by_one()
    {
        var (one, many) = (RandomStream.For(5, "fill", 9), RandomStream.For(5, "fill", 9));

        foreach (var length in new[] { 3, 16, 1, 40, 100, 2 })
        {
            var filled = new uint[length];
            many.Fill(filled);
            Assert.Equal(Enumerable.Range(0, length).Select(_ => one.NextUInt32()), filled);
        }
    }

    [Fact]
    public void A_restarted_stream_is_the_stream_of_that_index()
    {
        var stream = RandomStream.For(3, "restart");
        stream.NextGaussian();

        stream.Restart((5L << 32) + 7);

        var fresh = RandomStream.For(3, "restart", (5L << 32) + 7);
        Assert.Equal(Enumerable.Range(0, 9).Select(_ => fresh.NextGaussian()).ToArray(), Enumerable.Range(0, 9).Select(_ => stream.NextGaussian()).ToArray());
    }
}
