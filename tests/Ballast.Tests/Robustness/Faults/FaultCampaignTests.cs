using Ballast.Core;
using Ballast.Exchange.Networks;
using Ballast.Robustness.Faults;
using Ballast.Robustness.Faults.Accelerator;
using Ballast.Robustness.Faults.Chains;
using Ballast.Robustness.Faults.Integer;
using Ballast.Robustness.Faults.Protection;
using Ballast.Robustness.Faults.Storage;
using Ballast.Tests.Shared;
using FsCheck;
using FsCheck.Fluent;

namespace Ballast.Tests.Robustness.Faults;

public sealed class FaultCampaignTests
{
    [Fact]
    public void A_second_flip_restores_every_bit() => Prop.ForAll<float, int>((value, bit) =>
        BitConverter.SingleToUInt32Bits(BitFlip.Of(BitFlip.Of(value, bit & 31), bit & 31)) == BitConverter.SingleToUInt32Bits(value)).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData(0.999)]
    [InlineData(0.5)]
    [InlineData(1e-3)]
    [InlineData(3.7e-9)]
    public void A_scale_keeps_thirty_bits(double factor)
    {
        var scale = Requantization.Of(factor);

        Assert.InRange(scale.Value / factor, 1 - 1e-9, 1 + 1e-9);
        Assert.InRange(scale.Mantissa, 1 << 30, int.MaxValue);
    }

    [Fact]
    public void Every_fault_equals_a_whole_run_of_the_faulty_layer()
    {
        var target = new AcceleratorTarget(Small());
        var probe = (AcceleratorProbe)target.NewProbe();
        var random = RandomStream.For(3, "rows");
        for (var trial = 0; trial < 400; trial++)
        {
            var row = Enumerable.Range(0, target.Inputs).Select(_ => (sbyte)(random.Next(256) - 128)).ToArray();
            probe.Prepare(row);
            var stratum = random.Next(target.Strata.Count);
            var fault = target.Decode(stratum, random.Next((int)target.Strata[stratum].Sites));
            if (fault.Unit is not (NpuUnit.WeightBuffer or NpuUnit.ActivationBuffer) || fault.Layer > 0)
                continue;

            probe.Inject(fault);

            Assert.Equal(Naive(target.Network, row, fault), probe.Result.ToArray());
        }
    }

    [Fact]
    public void Every_site_decodes_inside_the_network_and_leaves_the_fault_free_run_alone()
    {
        var target = new AcceleratorTarget(Small(), new AcceleratorModel { ParallelChannels = 4 });
        using var probe = target.NewProbe();
        probe.Prepare(new float[target.Inputs]);
        var golden = probe.Golden.ToArray();
        var scores = new float[target.Outputs];
        for (var h = 0; h < target.Strata.Count; h++)
        {
            var step = Math.Max(1, target.Strata[h].Sites / 500);
            for (var site = 0L; site < target.Strata[h].Sites; site += step)
                probe.Inject(h, site, scores);
            probe.Inject(h, target.Strata[h].Sites - 1, scores);
        }
        probe.Prepare(new float[target.Inputs]);

        Assert.Equal(golden, probe.Golden.ToArray());
    }

    [Fact]
    public void Quantised_network_agrees_with_the_float_one()
    {
        var chain = NetworkChain.Of(Graph());
        var rows = Inputs(64);
        var network = NetworkQuantizer.Quantize(chain, rows, TestContext.Current.CancellationToken);

        var worst = Enumerable.Range(0, rows.Count).Max(row => chain.Scores(rows.Row(row)).Zip(network.Scores(rows.Row(row)), (a, b) => Math.Abs(a - b)).Max());
        var range = Enumerable.Range(0, rows.Count).Max(row => chain.Scores(rows.Row(row)).Max(Math.Abs));

        Assert.InRange(worst / range, 0, 0.1);
    }

    [Theory]
    [InlineData(CampaignDesign.ProportionalToRate)]
    [InlineData(CampaignDesign.TwoStage)]
    [InlineData(CampaignDesign.EqualPerStratum)]
    public void Threads_change_nothing(CampaignDesign design)
    {
        var target = new AcceleratorTarget(Small());
        var one = Run(target, new CampaignOptions { Design = design, MaxInjections = 3000, MaxThreads = 1 });
        var two = Run(target, new CampaignOptions { Design = design, MaxInjections = 3000, MaxThreads = 2 });

        Assert.Equal(one.ByLayerAndBit.Select(rate => (rate.Unit, rate.Layer, rate.Bit, rate.Rate)), two.ByLayerAndBit.Select(rate => (rate.Unit, rate.Layer, rate.Bit, rate.Rate)));
        Assert.Equal(one.Total?.Rate, two.Total?.Rate);
    }

    [Fact]
    public void A_stopped_campaign_goes_on_where_it_was_and_ends_the_same()
    {
        using var folder = new TemporaryFolder();
        var target = new AcceleratorTarget(Small());
        var options = new CampaignOptions { Design = CampaignDesign.TwoStage, MaxInjections = 20_000, MaxThreads = 1 };
        using var stop = new CancellationTokenSource();
        var seen = 0;
        var progress = new Immediate(_ => { if (++seen == 5) stop.Cancel(); });
        Assert.ThrowsAny<OperationCanceledException>(() => FaultCampaign.Run(target, Inputs(8), options with { StatePath = folder.File("state") }, progress, stop.Token));
        var before = File.ReadAllBytes(folder.File("state"));

        var resumed = Run(target, options with { StatePath = folder.File("state") });

        Assert.Contains(before.Skip(80).Chunk(2), outcome => outcome[0] != 0);
        Assert.Contains(before.Skip(80).Chunk(2), outcome => outcome[0] == 0 && outcome[1] == 0);
        Assert.Equal(Run(target, options).ByLayerAndBit.Select(rate => rate.Rate), resumed.ByLayerAndBit.Select(rate => rate.Rate));
        var other = Assert.Throws<DataFormatException>(() => Run(target, options with { StatePath = folder.File("state"), Seed = 1 }));
        Assert.Contains("another campaign", other.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Sampled_intervals_contain_the_enumerated_truth()
    {
        var target = new AcceleratorTarget(Small(), new AcceleratorModel { Units = [NpuUnit.OutputRegister, NpuUnit.ScaleShift, NpuUnit.ConfigMin, NpuUnit.ConfigMax] });
        var truth = Run(target, new CampaignOptions { Design = CampaignDesign.Exhaustive, MaxInjections = 1_000_000 }).Total!.Rate.Value;

        var inside = Enumerable.Range(0, 100).Count(seed => Run(target, new CampaignOptions { MaxInjections = 600, Seed = seed, MaxThreads = 1 }).Total!.Rate.Interval.Contains(truth));
        var twoStage = Enumerable.Range(0, 100).Count(seed => Run(target, new CampaignOptions { Design = CampaignDesign.TwoStage, MaxInjections = 1600, Seed = seed, MaxThreads = 1 }).Total!.Rate.Interval.Contains(truth));

        Assert.InRange(inside, 87, 100);
        Assert.InRange(twoStage, 85, 100);
    }

    [Fact]
    public void Several_inputs_a_fault_are_one_observation_and_their_intervals_hold()
    {
        var target = new AcceleratorTarget(Small(), new AcceleratorModel { Units = [NpuUnit.OutputRegister, NpuUnit.ScaleShift, NpuUnit.ConfigMin, NpuUnit.ConfigMax] });
        var truth = Run(target, new CampaignOptions { Design = CampaignDesign.Exhaustive }).Total!.Rate.Value;
        var options = new CampaignOptions { MaxInjections = 1200, InputsPerFault = 4, MaxThreads = 1 };

        var reports = Enumerable.Range(0, 100).Select(seed => Run(target, options with { Seed = seed })).ToArray();
        var single = Run(target, options with { InputsPerFault = 1, MaxInjections = 300 });

        Assert.InRange(reports.Count(report => report.Total!.Rate.Interval.Contains(truth)), 87, 100);
        Assert.All(reports, report => Assert.Equal((1200, 300), (report.Injections, report.Total!.Rate.Count)));
        // Between 300 faults with one input each and 1,200 independent ones.
        Assert.All(reports, report => Assert.InRange(report.Total!.Trials!.Value, 300, 1200));
        Assert.Equal(300, single.Total!.Trials);
        Assert.Equal(Run(target, options).Total!.Rate, Run(target, options with { MaxThreads = 2 }).Total!.Rate);
        Assert.Throws<ArgumentException>(() => Run(target, options with { InputsPerFault = 9 }));
        Assert.Throws<ArgumentException>(() => Run(target, options with { Design = CampaignDesign.TwoStage }));
    }

    [Fact]
    public void Rates_without_an_event_have_the_exact_interval_too()
    {
        var report = Run(new StoredWeights(NetworkChain.Of(Graph())), new CampaignOptions { MaxInjections = 2000 });

        var zero = report.ByBit.First(rate => rate.Outcomes[FaultOutcomes.Sdc1] == 0);

        Assert.Equal(1 - Math.Pow(0.025, 1.0 / zero.Rate.Count), zero.Exact!.Value.High, 1e-12);
        Assert.All(report.ByBit, rate => Assert.Equal(rate.Rate.Value is 0 or 1, rate.Exact is not null));
    }

    [Theory]
    [InlineData(CampaignDesign.ProportionalToRate)]
    [InlineData(CampaignDesign.TwoStage)]
    public void Bits_that_no_fault_was_drawn_from_count_as_raw_failures_and_their_rate_is_not_known(CampaignDesign design)
    {
        var target = new StoredWeights(NetworkChain.Of(Graph()));
        var report = Run(target, new CampaignOptions { Design = design, MaxInjections = 300 });

        var undrawn = report.ByLayerAndBit.Where(rate => rate.Rate.Count == 0).ToArray();

        Assert.NotEmpty(undrawn);
        Assert.All(undrawn, rate => Assert.Equal((0, 1), (rate.Rate.Interval.Low, rate.Rate.Interval.High)));
        var raw = target.Strata.Sum(stratum => stratum.RawBits);
        Assert.All(new[] { report.Total!.RawBits, report.ByLayer.Sum(rate => rate.RawBits), report.ByBit.Sum(rate => rate.RawBits), report.ByLayerAndBit.Sum(rate => rate.RawBits) }, sum => Assert.Equal(raw, sum, 1e-6));
    }

    [Fact]
    public void Checksums_at_loading_detect_every_flip_and_name_the_tensor()
    {
        var graph = Graph();
        var report = Run(new StoredWeights(NetworkChain.Of(graph), StorageFormat.BFloat16, check: LoadCheck.Checksums), new CampaignOptions { MaxInjections = 1000, Class = FaultOutcomes.Detected });
        var values = graph.Tensors["w2"].Values.ToArray();
        BitFlip.Flip(values.AsSpan(), 7, 0);

        var found = WeightChecksums.Of(graph.WithTensors([new GraphTensor("w2", graph.Tensors["w2"].Shape, values)])).DifferencesFrom(WeightChecksums.Of(graph));

        Assert.Equal(1, report.Total!.Rate.Value);
        Assert.Equal(["w2"], found);
        Assert.Empty(WeightChecksums.Of(graph).DifferencesFrom(WeightChecksums.Of(Graph())));
        // xxHash64 of nothing, with seed 0.
        Assert.Equal(0xEF46DB3751D8E999ul, WeightChecksums.Of(ReadOnlySpan<byte>.Empty));
    }

    [Fact]
    public void Weight_flips_in_single_precision_hurt_most_in_the_top_exponent_bit()
    {
        var report = Run(new StoredWeights(NetworkChain.Of(Graph())), new CampaignOptions { Design = CampaignDesign.EqualPerStratum, MaxInjections = 20_000 });

        var byBit = report.ByBit.OrderByDescending(rate => rate.Rate.Value).First();

        Assert.Equal(30, byBit.Bit);
        Assert.Null(report.Total);
    }

    [Fact]
    public void Range_limits_change_no_clean_answer_and_remove_NaN()
    {
        var chain = NetworkChain.Of(Graph());
        var rows = Inputs(32);
        var limits = RangeLimits.Learn(chain, rows);
        var options = new CampaignOptions { MaxInjections = 4000, Class = FaultOutcomes.Detected };

        var plain = FaultCampaign.Run(new StoredWeights(chain), rows, options, cancellation: TestContext.Current.CancellationToken);
        var clamped = FaultCampaign.Run(new StoredWeights(chain, limits: limits), rows, options, cancellation: TestContext.Current.CancellationToken);

        using var probe = new StoredWeights(chain, limits: limits).NewProbe();
        for (var row = 0; row < rows.Count; row++)
        {
            probe.Prepare(rows.Row(row));
            Assert.Equal(OutcomeJudge.Top(chain.Scores(rows.Row(row))), OutcomeJudge.Top(probe.Golden));
        }
        Assert.Equal(0, clamped.Total!.Rate.Value);
        Assert.True(plain.Total!.Rate.Value >= 0);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(23)]
    public void Plans_are_never_dearer_than_greedy_ones_and_fronts_fall(int seed)
    {
        var random = RandomStream.For(seed, "blocks");
        var blocks = Enumerable.Range(0, 8).Select(i => i % 2 == 0
            ? ProtectedBlock.Buffer($"{i}", 1 + 100 * random.NextDouble(), random.NextDouble())
            : ProtectedBlock.Registers($"{i}", 1 + 100 * random.NextDouble(), random.NextDouble(), random.NextDouble())).ToArray();
        var planner = new ProtectionPlanner(blocks);
        var target = blocks.Sum(block => block.Fit) / 20;

        Assert.True(planner.Cheapest(target).Cost <= planner.Greedy(target).Cost + 1e-9);
        Assert.Equal(planner.Front.OrderByDescending(plan => plan.Fit), planner.Front);
        Assert.Equal(planner.Cheapest(target), planner.Best(planner.Cheapest(target).Cost), (a, b) => a!.Fit == b!.Fit);
        Assert.True(planner.Cheapest(0).Feasible);
    }

    [Fact]
    public void A_front_that_grows_too_long_is_thinned_and_stays_near_the_cheapest()
    {
        var random = RandomStream.For(31, "blocks");
        var blocks = Enumerable.Range(0, 100).Select(i => ProtectedBlock.Buffer($"{i}", 1 + 1000 * random.NextDouble(), random.NextDouble())).ToArray();
        var whole = new ProtectionPlanner(blocks, TestContext.Current.CancellationToken);
        var thin = new ProtectionPlanner(blocks, 4000, TestContext.Current.CancellationToken);
        var target = blocks.Sum(block => block.Fit) / 10;

        var plan = thin.Cheapest(target);
        var (cost, fit) = (0.0, 0.0);
        foreach (var (block, name) in blocks.Zip(plan.Choice))
        {
            var option = block.Options.Single(option => option.Name == name);
            (cost, fit) = (cost + option.Cost, fit + block.Fit * option.Residual);
        }

        Assert.Equal((false, true), (whole.IsThinned, thin.IsThinned));
        Assert.InRange(thin.Front.Count, 100, 4000);
        Assert.Equal(plan.Fit, fit, 1e-9);
        Assert.Equal(plan.Cost, cost, 1e-6);
        Assert.InRange(plan.Cost / whole.Cheapest(target).Cost, 1, 1.02);
        Assert.True(whole.Cheapest(target).Cost <= whole.Greedy(target).Cost);
        Assert.All(thin.Front.Zip(thin.Front.Skip(1)), pair => Assert.True(pair.First.Cost < pair.Second.Cost && pair.First.Fit > pair.Second.Fit));
    }

    [Fact]
    public void An_unreachable_target_gives_the_least_there_is()
    {
        var plan = new ProtectionPlanner([new ProtectedBlock("a", 1, 5, [new("None", 0, 1), new("Half", 1, 0.5)])]).Cheapest(1);

        Assert.False(plan.Feasible);
        Assert.Equal(2.5, plan.Fit);
    }

    [Fact]
    public void Bad_input_is_named()
    {
        var graph = new NetworkGraphBuilder();
        var x = graph.Input("x", [4]);
        graph.Output("y", graph.Sigmoid(x, "squash"));
        Assert.Contains("'squash' (Sigmoid)", Assert.Throws<NotSupportedException>(() => NetworkChain.Of(graph.Build())).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => BitFlip.Of(1f, 32));
        Assert.Throws<ArgumentOutOfRangeException>(() => BitFlip.Flip(new float[2].AsSpan(), 2, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => SampleSize.For(10, 0));
        Assert.Throws<ArgumentException>(() => new OutcomeJudge(1));
        Assert.Throws<ArgumentException>(() => FaultCampaign.Run(new AcceleratorTarget(Small()), new FaultInputs(new float[5], 1)));
        Assert.Throws<ArgumentException>(() => FaultCampaign.Run(new AcceleratorTarget(Small()), new FaultInputs(new float[36 * 2].Append(float.NaN).Skip(1).ToArray(), 2)));
    }

    internal static NetworkGraph Graph()
    {
        var random = RandomStream.For(11, "weights");
        GraphTensor Tensor(string name, params int[] shape)
        {
            var extents = Extents.Of(shape);
            return new GraphTensor(name, extents, Enumerable.Range(0, (int)extents.Product).Select(_ => (float)(0.5 * random.NextGaussian())).ToArray());
        }
        var graph = new NetworkGraphBuilder();
        var h = graph.Conv2d("conv1", graph.Input("x", [1, 6, 6]), Tensor("w1", 4, 1, 3, 3), Tensor("b1", 4), padding: 1);
        h = graph.MaxPool2d(graph.Relu(graph.BatchNorm("bn", h, Tensor("s", 4), Tensor("t", 4), Tensor("m", 4), new GraphTensor("v", [4], new[] { 1f, 2f, 0.5f, 1f }))), 2);
        h = graph.Relu(graph.Conv2d("conv2", h, Tensor("w2", 6, 2, 2, 2), null, groups: 2));
        graph.Output("y", graph.Linear("head", graph.Flatten(h), Tensor("w3", 7, 24), Tensor("b3", 7)));
        return graph.Build();
    }

    internal static FaultInputs Inputs(int rows)
    {
        var random = RandomStream.For(5, "rows");
        return new FaultInputs(Enumerable.Range(0, rows * 36).Select(_ => (float)random.NextDouble()).ToArray(), rows);
    }

    private static QuantizedNetwork Small() => NetworkQuantizer.Quantize(NetworkChain.Of(Graph()), Inputs(64));

    private static FaultReport Run(IFaultTarget target, CampaignOptions options) => FaultCampaign.Run(target, Inputs(8), options, cancellation: TestContext.Current.CancellationToken);

    // The struck layer computed by its definition, padding included; the rest by the network itself.
    private static sbyte[] Naive(QuantizedNetwork network, sbyte[] row, AcceleratorFault fault)
    {
        var layer = network.Layers[0];
        var x = (sbyte[])row.Clone();
        if (fault.Unit == NpuUnit.ActivationBuffer)
            x[fault.Input] = BitFlip.Of(x[fault.Input], fault.Bit);
        var scratch = LayerScratch.For(network);
        var y = new sbyte[layer.Outputs];
        for (var k = 0; k < layer.Channels; k++)
            for (var position = 0; position < layer.Positions; position++)
            {
                var sum = layer.Partial(x, k, position, layer.FanIn - 1);
                if (fault.Unit == NpuUnit.WeightBuffer && fault.Output == k)
                    sum += (BitFlip.Of(layer.Weight(k, fault.Input), fault.Bit) - layer.Weight(k, fault.Input)) * layer.Factor(x, 0, position, fault.Input);
                y[k * layer.Positions + position] = layer.Registers.Apply(layer.Scale(k).Apply(sum));
            }
        foreach (var stage in network.Stages.Skip(1))
        {
            var next = new sbyte[stage.Outputs];
            stage.Run(y, next, scratch);
            y = next;
        }
        return y;
    }

    internal sealed class Immediate(Action<ProgressUpdate> report) : IProgress<ProgressUpdate>
    {
        public void Report(ProgressUpdate value) => report(value);
    }
}
