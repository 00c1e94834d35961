using Ballast.Core;
using Ballast.Exchange.Onnx.Parts;
using Ballast.Tests.Exchange.Networks;

namespace Ballast.Tests.Exchange.Onnx;

/// <summary>Damaged ONNX files give a network or a clear refusal: no crash, no hang, no more memory than the file is worth.</summary>
public sealed class OnnxFuzzTests
{
    private static readonly int Trials = int.TryParse(Environment.GetEnvironmentVariable("BALLAST_FUZZ_TRIALS"), out var trials) ? trials : 400;

    public static TheoryData<string> Networks => SampleNetworks.Names;

    [Fact]
    public void A_file_cut_at_any_byte_is_read_as_something_or_refused()
    {
        var file = OnnxBytes.Of(SampleNetworks.Get("perceptron"));

        for (var length = 0; length < file.Length; length++)
            Survives(file[..length]);
    }

    [Fact]
    public void Any_flipped_bit_is_survived()
    {
        var file = OnnxBytes.Of(SampleNetworks.Get("perceptron"));

        for (var at = 0; at < file.Length; at++)
            for (var bit = 0; bit < 8; bit++)
            {
                var changed = (byte[])file.Clone();
                changed[at] ^= (byte)(1 << bit);
                Survives(changed);
            }
    }

    [Theory]
    [MemberData(nameof(Networks))]
    public void Random_mutations_are_survived(string name)
    {
        var file = OnnxBytes.Of(SampleNetworks.Get(name));

        for (var trial = 0; trial < Trials; trial++)
        {
            var random = RandomStream.For(1, $"onnx mutations {name}", trial);
            var changed = file.ToList();
            for (var edits = 1 + random.Next(8); edits > 0; edits--)
            {
                var at = random.Next(changed.Count);
                switch (random.Next(4))
                {
                    case 0: changed[at] = (byte)random.Next(256); break;
                    case 1: changed.RemoveAt(at); break;
                    case 2: changed.Insert(at, (byte)random.Next(256)); break;
                    default: changed.InsertRange(at, file.AsSpan(random.Next(file.Length - 8), 8).ToArray()); break;
                }
            }
            Survives([.. changed]);
        }
    }

    private static void Survives(byte[] file)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            var graph = OnnxBytes.Read(file);
            Assert.NotEmpty(graph.Outputs);
        }
        catch (DataFormatException)
        {
        }
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 4 << 20);
        try
        {
            // Weights and pieces of a file whose operators nobody has looked at.
            var network = OnnxDissection.Read(new MemoryStream(file), "test.onnx");
            Assert.NotEmpty(network.Cut(new Dictionary<string, OnnxValueInfo>()));
            Assert.Contains(network.Output, network.Whole().Outputs);
            Assert.Equal(network.Activations, network.Observed().Outputs);
        }
        catch (DataFormatException)
        {
        }
    }
}
