using Ballast.Core;
using Ballast.Exchange.Networks;
using Ballast.Exchange.Onnx.Parts;
using Ballast.Robustness.Faults;
using Ballast.Robustness.Faults.Chains;
using Ballast.Robustness.Faults.Storage;
using Ballast.Tests.Exchange.Onnx;
using Ballast.Tests.Learning.Networks;
using Ballast.Tests.Shared;

namespace Ballast.Tests.Robustness.Faults;

public sealed class OnnxStoredWeightsTests
{
    [Fact]
    public void Weights_of_a_chain_fail_alike_in_ONNX_Runtime_and_in_our_own_arithmetic()
    {
        var rows = FaultCampaignTests.Inputs(4);
        var chain = new StoredWeights(NetworkChain.Of(FaultCampaignTests.Graph()));
        using var network = Target(FaultCampaignTests.Graph());
        using var one = chain.NewProbe();
        using var two = network.NewProbe();
        var random = RandomStream.For(1, "alike");
        float[] expected = new float[chain.Outputs], found = new float[chain.Outputs];
        for (var draw = 0; draw < 400; draw++)
        {
            if (draw % 100 == 0)
                foreach (var probe in new[] { one, two })
                    probe.Prepare(rows.Row(draw / 100));
            var stratum = random.Next(chain.Strata.Count);
            var site = random.Next((int)chain.Strata[stratum].Sites);
            var other = network.Strata.ToList().FindIndex(own => own.Layer == chain.Strata[stratum].Layer);
            if (one.Inject(stratum, site, expected) == FaultEffect.Masked)
                one.Golden.CopyTo(expected);
            if (two.Inject(other, site, found) == FaultEffect.Masked)
                two.Golden.CopyTo(found);
            for (var k = 0; k < found.Length; k++)
                Assert.True(float.IsNaN(expected[k]) == float.IsNaN(found[k]) && (!float.IsFinite(expected[k]) || Math.Abs(expected[k] - found[k]) <= 1e-4 * (1 + Math.Abs(expected[k]))),
                    $"{chain.Strata[stratum].Layer} site {site}: {expected[k]} in the chain, {found[k]} in ONNX Runtime");
        }
    }

    [Theory]
    [InlineData(StorageFormat.Float32, FlipPattern.SingleBit)]
    [InlineData(StorageFormat.Float32, FlipPattern.AdjacentPair)]
    [InlineData(StorageFormat.BFloat16, FlipPattern.SingleBit)]
    public void A_fault_gives_bit_for_bit_what_the_network_with_that_weight_changed_gives(StorageFormat format, FlipPattern pattern)
    {
        var graph = Residual(format);
        using var target = Target(graph, format, pattern);
        using var probe = target.NewProbe();
        var input = Inputs(1).Row(0).ToArray();
        probe.Prepare(input);
        var random = RandomStream.For(2, "faults");
        var scores = new float[target.Outputs];
        Assert.InRange(target.Parts, 3, 16);
        for (var h = 0; h < target.Strata.Count; h++)
        {
            var site = random.Next((int)target.Strata[h].Sites);
            var tensor = graph.Tensors[target.Strata[h].Layer];
            var values = tensor.Values.ToArray();
            var (element, bit) = (site / target.Strata[h].Bits, (int)(site % target.Strata[h].Bits));
            values[element] = BitFlip.Decode(format, BitFlip.Encode(format, values[element]) ^ ((pattern == FlipPattern.AdjacentPair ? 3u : 1u) << bit));
            if (!float.IsFinite(values[element]))
                continue;

            if (probe.Inject(h, site, scores) == FaultEffect.Masked)
                probe.Golden.CopyTo(scores);

            Assert.Equal(GoldenOf(graph.WithTensors([new GraphTensor(tensor.Name, tensor.Shape, values)]), input), scores);
        }
        Assert.Equal(GoldenOf(graph, input), probe.Golden.ToArray());
    }

    [Theory]
    [InlineData(CampaignDesign.ProportionalToRate)]
    [InlineData(CampaignDesign.TwoStage)]
    [InlineData(CampaignDesign.EqualPerStratum)]
    public void Threads_and_interruptions_change_nothing_in_a_network_that_branches(CampaignDesign design)
    {
        using var folder = new TemporaryFolder();
        using var target = Target(Residual());
        using var again = Target(Residual());
        var options = new CampaignOptions { Design = design, MaxInjections = 1500, MaxThreads = 1, Seed = 3 };
        using var stop = new CancellationTokenSource();
        var seen = 0;
        Assert.ThrowsAny<OperationCanceledException>(() => FaultCampaign.Run(target, Inputs(8), options with { StatePath = folder.File("state") }, new FaultCampaignTests.Immediate(_ => { if (++seen == 2) stop.Cancel(); }), stop.Token));
        var before = File.ReadAllBytes(folder.File("state"));

        var one = Run(target, options);
        var two = Run(again, options with { MaxThreads = 2 });
        var resumed = Run(again, options with { MaxThreads = 2, StatePath = folder.File("state") });

        Assert.Contains(before.Skip(80).Chunk(2), outcome => outcome[0] == 0 && outcome[1] == 0);
        Assert.Contains(before.Skip(80).Chunk(2), outcome => outcome[0] != 0);
        Assert.Equal(Tallies(one), Tallies(two));
        Assert.Equal(Tallies(one), Tallies(resumed));
        Assert.Contains(one.ByLayer, rate => rate.Outcomes[FaultOutcomes.Sdc1] > 0);
    }

    [Theory, MemberData(nameof(Trained))]
    public void Every_network_that_train_saves_is_struck_and_computes_what_it_did(string name)
    {
        using var scope = TorchSharp.torch.NewDisposeScope();
        using var network = NetworkSamples.Make(name);
        NetworkSamples.Stir(network);
        network.eval();
        var graph = network.ToGraph();
        using var target = Target(graph);
        var sample = NetworkSamples.Input(network, 1);
        var input = sample.data<float>().ToArray();
        using var probe = target.NewProbe();
        probe.Prepare(input);
        var expected = network.call(sample).data<float>().ToArray();
        var scores = new float[target.Outputs];

        Assert.All(expected.Zip(probe.Golden.ToArray()), pair => Assert.Equal(pair.First, pair.Second, 1e-3 * (1 + Math.Abs(pair.First))));
        Assert.Equal(graph.Tensors.Values.Where(tensor => tensor.Type == Ballast.Exchange.ElementType.Float32 && tensor.Count > 1).Select(tensor => tensor.Name).Order(), target.Strata.Where(stratum => stratum.Sites > 32).Select(stratum => stratum.Layer).Order());
        for (var h = 0; h < target.Strata.Count; h++)
            Assert.True(probe.Inject(h, 30, scores) != FaultEffect.Hang);
        var before = probe.Golden.ToArray();
        probe.Prepare(input);
        Assert.Equal(before, probe.Golden.ToArray());
    }

    public static TheoryData<string> Trained => NetworkSamples.Small;

    [Fact]
    public void Every_probe_gives_the_same_bits()
    {
        using var target = Target(Residual());
        var rows = Inputs(6);
        var probes = Enumerable.Range(0, 5).Select(_ => target.NewProbe()).ToArray();
        for (var row = 0; row < rows.Count; row++)
        {
            foreach (var probe in probes)
                probe.Prepare(rows.Row(row));
            foreach (var probe in probes.Skip(1))
                Assert.Equal(probes[0].Golden.ToArray(), probe.Golden.ToArray());
        }
        foreach (var probe in probes)
            probe.Dispose();
    }

    [Fact]
    public void Range_limits_change_no_clean_answer_of_a_network_that_branches_and_remove_NaN_and_most_damage()
    {
        var rows = Inputs(24);
        var network = OnnxDissection.Of(Residual()).For([1, 3, 16, 16]);
        using var plain = new OnnxStoredWeights(network);
        using var clamped = new OnnxStoredWeights(OnnxRangeLimits.Apply(network, rows, cancellation: TestContext.Current.CancellationToken));
        var options = new CampaignOptions { Design = CampaignDesign.EqualPerStratum, MaxInjections = 4000 };

        var before = FaultCampaign.Run(plain, rows, options, cancellation: TestContext.Current.CancellationToken).ByBit.Single(rate => rate.Bit == 30);
        var after = FaultCampaign.Run(clamped, rows, options, cancellation: TestContext.Current.CancellationToken).ByBit.Single(rate => rate.Bit == 30);

        // After the stem, three a block (both layers and the join), and the scores.
        Assert.Equal(8, network.Activations.Count);
        using var one = plain.NewProbe();
        using var two = clamped.NewProbe();
        for (var row = 0; row < rows.Count; row++)
        {
            one.Prepare(rows.Row(row));
            two.Prepare(rows.Row(row));
            Assert.Equal(OutcomeJudge.Top(one.Golden), OutcomeJudge.Top(two.Golden));
        }
        Assert.Equal(0, after.Outcomes[FaultOutcomes.Detected]);
        Assert.True(before.Outcomes[FaultOutcomes.Detected] > 0);
        Assert.True(after.Rate.Value < 0.7 * before.Rate.Value, $"{after.Rate.Value} of {before.Rate.Value}");
    }

    [Fact]
    public void Checksums_at_loading_detect_every_flip()
    {
        var network = OnnxDissection.Of(Residual()).For([1, 3, 16, 16]);
        using var target = new OnnxStoredWeights(network, StorageFormat.Float16, check: LoadCheck.Checksums);

        var report = Run(target, new CampaignOptions { MaxInjections = 300, Class = FaultOutcomes.Detected });

        Assert.Equal(1, report.Total!.Rate.Value);
        Assert.Equal(network.Weights.Select(weight => weight.Name).Order(StringComparer.Ordinal), WeightChecksums.Of(network).Hashes.Keys);
    }

    [Fact]
    public void Operators_that_no_graph_of_ours_has_are_struck_too()
    {
        var random = RandomStream.For(4, "lstm");
        GraphTensor Weight(string name, params int[] shape) => new(name, Extents.Of(shape), Enumerable.Range(0, (int)Extents.Of(shape).Product).Select(_ => (float)(0.5 * random.NextGaussian())).ToArray());
        var model = new OnnxProto().Input("x", 5, 1, 4).Output("y").Weight(Weight("W", 1, 12, 4)).Weight(Weight("R", 1, 12, 3)).Weight(Weight("F", 3, 2)).Integers("axes", 0)
            .Node("LSTM", "states", "x W R", OnnxProto.Int("hidden_size", 3)).Node("Squeeze", "h", "states axes").Node("Gemm", "y", "last F").Node("Identity", "unused", "y");
        // The last state is the second output; the first is not wanted.
        model.Model.Graph.Node[0].Output.Clear();
        model.Model.Graph.Node[0].Output.AddRange(["", "states"]);
        model.Model.Graph.Node[1].Output[0] = "last";
        using var target = new OnnxStoredWeights(Read(model));

        var report = FaultCampaign.Run(target, Rows(20, 16), new CampaignOptions { MaxInjections = 2000 }, cancellation: TestContext.Current.CancellationToken);

        Assert.Equal(["W", "R", "F"], target.Strata.Select(stratum => stratum.Layer));
        Assert.Equal(30, report.ByBit.MaxBy(rate => rate.Rate.Value)!.Bit);
    }

    [Fact]
    public void Quantised_weights_are_struck_as_they_are_stored()
    {
        var model = new OnnxProto().Input("x", -1, 4).Output("y")
            .Weight(new GraphTensor("q", [3, 4], new long[] { 5, -7, 100, -128, 1, 2, 3, 4, -9, -8, 77, 127 }, Ballast.Exchange.ElementType.Int8)).Number("s", 0.02f)
            .Weight(new GraphTensor("zero", Extents.None, new long[] { 0 }, Ballast.Exchange.ElementType.Int8)).Node("DequantizeLinear", "w", "q s zero").Node("Gemm", "y", "x w", OnnxProto.Int("transB", 1));
        using var target = new OnnxStoredWeights(Read(model).For([1, 4]), StorageFormat.Float16);

        Assert.Equal([("Int8", "q", 8, 96L), ("Float16", "s", 16, 16L), ("Int8", "zero", 8, 8L)], target.Strata.Select(stratum => (stratum.Unit, stratum.Layer, stratum.Bits, stratum.Sites)));
        using var probe = target.NewProbe();
        var scores = new float[3];
        probe.Prepare([1, 0, 0, 0]);
        // Element 8 is -9; its sign bit makes it 119.
        Assert.Equal(FaultEffect.Scores, probe.Inject(0, 8 * 8 + 7, scores));
        Assert.Equal(119f / -9, scores[2] / probe.Golden[2], 1e-5);
        Assert.Equal(FaultEffect.Masked, probe.Inject(0, 1 * 8 + 7, scores));
    }

    [Fact]
    public void Constants_of_shapes_stay_and_weights_in_constant_nodes_are_struck()
    {
        var model = new OnnxProto().Input("x", 1, 4).Output("y").Integers("shape", 1, 4)
            .Node("Reshape", "r", "x shape").Node("Constant", "c", "", Attribute(new GraphTensor("constant", [4, 2], new float[] { 1, 2, 3, 4, 5, 6, 7, 8 }))).Node("MatMul", "m", "r c")
            .Node("Constant", "half", "", Attribute(new GraphTensor("constant", Extents.None, new[] { 0.5f }))).Node("Mul", "y", "m half");
        var network = Read(model);

        Assert.Equal(["c"], network.Weights.Select(weight => weight.Name));
        using var target = new OnnxStoredWeights(network);
        using var probe = target.NewProbe();
        probe.Prepare([1, 1, 1, 1]);
        Assert.Equal([8f, 10f], probe.Golden.ToArray());

        static Ballast.Exchange.Onnx.Protobuf.AttributeProto Attribute(GraphTensor tensor) => new()
        {
            Name = "value",
            Type = Ballast.Exchange.Onnx.Protobuf.AttributeProto.Types.AttributeType.Tensor,
            T = Ballast.Exchange.Onnx.OnnxTensors.Write(tensor),
        };
    }

    [Fact]
    public void What_cannot_be_struck_or_judged_is_named()
    {
        var two = new OnnxProto().Input("x", 1, 2).Output("y").Output("z").Weight(new GraphTensor("w", [2, 2], new float[4])).Node("MatMul", "y", "x w").Node("Relu", "z", "y");
        Assert.Contains("2 outputs (y, z)", Assert.Throws<DataFormatException>(() => Read(two)).Message, StringComparison.Ordinal);
        Assert.Equal("z", Read(two, "z").Output);
        var none = new OnnxProto().Input("x", 1, 2).Output("y").Node("Relu", "y", "x");
        Assert.Contains("no weights", Assert.Throws<ArgumentException>(() => new OnnxStoredWeights(Read(none))).Message, StringComparison.Ordinal);
        var wrong = new OnnxProto().Input("x", 1, 2).Output("y").Weight(new GraphTensor("w", [2, 2], new[] { 1, float.NaN, 1, 1 })).Node("MatMul", "y", "x w");
        Assert.Contains("'w' holds NaN", Assert.Throws<ArgumentException>(() => new OnnxStoredWeights(Read(wrong))).Message, StringComparison.Ordinal);
        var unknown = new OnnxProto().Input("x", 1, 2).Output("y").Weight(new GraphTensor("w", [2, 2], new float[4])).Node("Mystery", "y", "x w");
        Assert.Contains("Mystery", Assert.Throws<DataFormatException>(() => new OnnxStoredWeights(Read(unknown))).Message, StringComparison.Ordinal);
        var circle = new OnnxProto().Input("x", 1, 2).Output("y").Node("Add", "y", "x z").Node("Relu", "z", "y");
        Assert.Contains("circle", Assert.Throws<DataFormatException>(() => Read(circle)).Message, StringComparison.Ordinal);
        var open = new OnnxProto().Input("x", -1, 2).Output("y").Weight(new GraphTensor("w", [2, 2], new float[4])).Node("MatMul", "y", "x w");
        Assert.Throws<ArgumentException>(() => new OnnxStoredWeights(Read(open)));
        Assert.Throws<ArgumentException>(() => Read(open).For([1, 3]));
    }

    /// <summary>Two residual blocks and a head; weights are numbers of the format.</summary>
    internal static NetworkGraph Residual(StorageFormat format = StorageFormat.Float32)
    {
        var random = RandomStream.For(12, "residual");
        GraphTensor Tensor(string name, double scale, params int[] shape) =>
            new(name, Extents.Of(shape), Enumerable.Range(0, (int)Extents.Of(shape).Product).Select(_ => BitFlip.Decode(format, BitFlip.Encode(format, (float)(scale * random.NextGaussian())))).ToArray());
        GraphTensor Ones(string name) => new(name, [16], Enumerable.Repeat(1f, 16).ToArray());
        var graph = new NetworkGraphBuilder();
        var h = graph.Relu(graph.Conv2d("stem", graph.Input("x", [3, 16, 16]), Tensor("stem.weight", 0.3, 16, 3, 3, 3), Tensor("stem.bias", 0.1, 16), padding: 1));
        for (var block = 0; block < 2; block++)
        {
            var inner = graph.Conv2d($"conv{block}a", h, Tensor($"a{block}", 0.12, 16, 16, 3, 3), null, padding: 1);
            inner = graph.Relu(graph.BatchNorm($"norm{block}", inner, Ones($"scale{block}"), Tensor($"shift{block}", 0.1, 16), Tensor($"mean{block}", 0.1, 16), Ones($"variance{block}")));
            inner = graph.Conv2d($"conv{block}b", inner, Tensor($"b{block}", 0.12, 16, 16, 3, 3), null, padding: 1);
            h = graph.Relu(graph.Add(inner, h, $"join{block}"));
        }
        graph.Output("y", graph.Linear("head", graph.Flatten(graph.MaxPool2d(h, 4)), Tensor("head.weight", 0.1, 10, 256), Tensor("head.bias", 0.1, 10)));
        return graph.Build();
    }

    internal static FaultInputs Inputs(int rows) => Rows(3 * 16 * 16, rows);

    private static FaultInputs Rows(int width, int rows)
    {
        var random = RandomStream.For(6, "rows");
        return new FaultInputs(Enumerable.Range(0, rows * width).Select(_ => (float)random.NextGaussian()).ToArray(), rows);
    }

    private static OnnxDissection Read(OnnxProto model, string? output = null)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder.File("net.onnx"), model.Bytes());
        return OnnxDissection.Read(folder.File("net.onnx"), output);
    }

    private static OnnxStoredWeights Target(NetworkGraph graph, StorageFormat format = StorageFormat.Float32, FlipPattern pattern = FlipPattern.SingleBit) =>
        new(OnnxDissection.Of(graph).For([1, .. graph[graph.Inputs[0]].SampleShape]), format, pattern);

    private static float[] GoldenOf(NetworkGraph graph, float[] input)
    {
        using var target = Target(graph);
        using var probe = target.NewProbe();
        probe.Prepare(input);
        return probe.Golden.ToArray();
    }

    private static FaultReport Run(IFaultTarget target, CampaignOptions options) => FaultCampaign.Run(target, Inputs(8), options, cancellation: TestContext.Current.CancellationToken);

    private static IEnumerable<string> Tallies(FaultReport report) =>
        report.ByLayerAndBit.Select(rate => $"{rate.Layer} {rate.Bit} {rate.Rate.Count} {rate.Rate.Value} {string.Join(' ', rate.Outcomes.Values)}");
}
