using System.Globalization;
using System.Text.Json;
using Ballast.Numerics.Intervals;
using Ballast.Robustness.Faults;
using Ballast.Robustness.Faults.Accelerator;
using Ballast.Robustness.Faults.Integer;
using Ballast.Robustness.Faults.Protection;
using Ballast.Tests.Shared;

namespace Ballast.Tests.Robustness.Faults;

/// <summary>Bits, sizes, intervals, integer arithmetic, faults and plans against independent code.</summary>
public sealed class SoftErrorGoldenTests
{
    private const double Tolerance = 1e-9;

    public static TheoryData<string> Files => GoldenFiles.Matching("soft-errors*.json");

    [Theory]
    [MemberData(nameof(Files))]
    public void Flipped_bits_are_the_golden_ones(string file) => Each(file, "bitflip", (input, expected) =>
    {
        var (kind, bit) = (input.GetProperty("kind").GetString()!, input.GetProperty("bit").GetInt32());
        var format = Enum.Parse<StorageFormat>(kind, ignoreCase: true);
        var value = Number(input.GetProperty("value"));

        double flipped = format switch
        {
            StorageFormat.Int8 => BitFlip.Of((sbyte)value, bit),
            StorageFormat.Int32 => BitFlip.Of((int)value, bit),
            StorageFormat.Float32 => BitFlip.Of((float)value, bit),
            StorageFormat.Float16 => (double)BitFlip.Of((Half)value, bit),
            _ => BitFlip.Decode(format, BitFlip.Encode(format, (float)value) ^ (1u << bit)),
        };

        Assert.Equal(Number(expected), flipped);
        if (format != StorageFormat.Int32)
            Assert.Equal(flipped, BitFlip.Decode(format, BitFlip.Encode(format, (float)value) ^ (1u << bit)));
    });

    [Theory]
    [MemberData(nameof(Files))]
    public void Sample_sizes_are_the_golden_ones(string file) => Each(file, "sample_size", (input, expected) => Assert.Equal(
        expected.GetInt64(),
        SampleSize.For((long)Get(input, "population"), Get(input, "margin"), Get(input, "confidence"), Get(input, "p"))));

    [Theory]
    [MemberData(nameof(Files))]
    public void Intervals_are_the_golden_ones(string file) => Each(file, "intervals", (input, expected) =>
    {
        var (events, n, confidence) = ((long)Get(input, "events"), (long)Get(input, "n"), Get(input, "confidence"));
        var population = input.GetProperty("population");

        var wilson = population.ValueKind == JsonValueKind.Null ? BinomialInterval.Wilson(events, n, confidence) : BinomialInterval.WilsonFinite(events, n, population.GetInt64(), confidence);
        var exact = BinomialInterval.ClopperPearson(events, n, confidence);

        GoldenJson.Close(GoldenJson.Doubles(expected.GetProperty("wilson")), [wilson.Low, wilson.High], Tolerance, "wilson");
        GoldenJson.Close(GoldenJson.Doubles(expected.GetProperty("clopper_pearson")), [exact.Low, exact.High], Tolerance, "clopper_pearson");
    });

    [Theory]
    [MemberData(nameof(Files))]
    public void Stratified_totals_are_the_golden_ones(string file) => Each(file, "stratified", (input, expected) =>
    {
        long[] Longs(string name) => [.. input.GetProperty(name).EnumerateArray().Select(value => value.GetInt64())];

        var total = StratifiedProportion.Of(GoldenJson.Doubles(input.GetProperty("weights")), Longs("n"), Longs("events"), Get(input, "confidence"));

        GoldenJson.Close([Get(expected, "estimate"), Get(expected, "lower"), Get(expected, "upper")], [total.Value, total.Interval.Low, total.Interval.High], Tolerance, "total");
    });

    [Theory]
    [MemberData(nameof(Files))]
    public void Integer_network_computes_the_golden_sums_and_outputs(string file)
    {
        using var golden = JsonDocument.Parse(File.ReadAllText(file));
        if (!golden.RootElement.GetProperty("inputs").TryGetProperty("network", out var input))
            return;
        var (expected, rows) = (golden.RootElement.GetProperty("expected").GetProperty("network"), Rows(input));
        var probe = (AcceleratorProbe)new AcceleratorTarget(NetworkOf(input)).NewProbe();

        for (var row = 0; row < rows.Length; row++)
        {
            probe.Prepare(rows[row]);

            Assert.Equal(Sbytes(expected.GetProperty("outputs")[row]), probe.GoldenResult.ToArray());
            foreach (var (layer, sums) in expected.GetProperty("accumulators")[row].EnumerateArray().Index())
                Assert.Equal(GoldenJson.Ints(sums), probe.AccumulatorsOf(layer).ToArray());
        }
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Injections_end_in_the_golden_outputs_and_outcomes(string file)
    {
        using var golden = JsonDocument.Parse(File.ReadAllText(file));
        var inputs = golden.RootElement.GetProperty("inputs");
        if (!inputs.TryGetProperty("injections", out var injections))
            return;
        var (network, rows) = (NetworkOf(inputs.GetProperty("network")), Rows(inputs.GetProperty("network")));
        var probe = (AcceleratorProbe)new AcceleratorTarget(network).NewProbe();
        var judge = new OutcomeJudge(network.Outputs);

        foreach (var (injection, expected) in injections.EnumerateArray().Zip(golden.RootElement.GetProperty("expected").GetProperty("injections").EnumerateArray()))
        {
            int Of(string name) => injection.TryGetProperty(name, out var value) ? value.GetInt32() : 0;
            probe.Prepare(rows[Of("row")]);
            probe.Inject(new AcceleratorFault(
                Enum.Parse<NpuUnit>(injection.GetProperty("unit").GetString()!), Of("layer"), Of("bit"), Of("output"), Of("input"), Of("group"), Step: Of("step")));

            Assert.True(Sbytes(expected.GetProperty("output")).AsSpan().SequenceEqual(probe.Result), injection.ToString());
            Assert.Equal(expected.GetProperty("outcome").GetString(), $"{Outcome(judge, network, probe) & Partition}");
        }
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Exhaustive_counts_of_weight_faults_are_the_golden_ones(string file)
    {
        using var golden = JsonDocument.Parse(File.ReadAllText(file));
        var inputs = golden.RootElement.GetProperty("inputs");
        if (!golden.RootElement.GetProperty("expected").TryGetProperty("exhaustive_weights", out var expected))
            return;
        var (network, rows) = (NetworkOf(inputs.GetProperty("network")), Rows(inputs.GetProperty("network")));
        var target = new AcceleratorTarget(network, new AcceleratorModel { Units = [NpuUnit.WeightBuffer] });
        var data = new FaultInputs(rows.SelectMany(row => row).Select(value => (float)network.Input.Dequantize(value)).ToArray(), rows.Length);

        var report = FaultCampaign.Run(target, data, new CampaignOptions { Design = CampaignDesign.Exhaustive }, cancellation: TestContext.Current.CancellationToken);

        foreach (var (index, layer) in expected.EnumerateArray().Index())
        {
            var own = report.ByLayerAndBit.Where(rate => rate.Layer == network.Layers[index].Name).OrderBy(rate => rate.Bit).ToArray();
            Assert.Equal(GoldenJson.Ints(layer.GetProperty("sdc_by_bit")), own.Select(rate => (int)rate.Outcomes[FaultOutcomes.Sdc1]));
            Assert.Equal(GoldenJson.Ints(layer.GetProperty("masked_by_bit")), own.Select(rate => (int)rate.Outcomes[FaultOutcomes.Masked]));
        }
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Plans_are_the_golden_ones(string file) => Each(file, "plans", (input, expected) =>
    {
        var blocks = input.GetProperty("blocks").EnumerateArray().Select((block, i) => new ProtectedBlock(
            $"{i}", Get(block, "area"), Get(block, "fit"),
            [.. block.GetProperty("options").EnumerateArray().Select(option => new BlockOption(option.GetProperty("name").GetString()!, Get(option, "cost"), Get(option, "residual")))])).ToArray();

        var plan = new ProtectionPlanner(blocks).Cheapest(Get(input, "fit_target"));

        GoldenJson.Close([Get(expected, "cost"), Get(expected, "fit"), Get(expected, "overhead_share")], [plan.Cost, plan.Fit, plan.OverheadShare], Tolerance, "plan");
        Assert.Equal(expected.GetProperty("choice").EnumerateArray().Select(name => name.GetString()!), plan.Choice);
    });

    private const FaultOutcomes Partition = FaultOutcomes.Masked | FaultOutcomes.Benign | FaultOutcomes.Sdc1 | FaultOutcomes.Detected;

    private static FaultOutcomes Outcome(OutcomeJudge judge, QuantizedNetwork network, AcceleratorProbe probe)
    {
        float[] Scores(ReadOnlySpan<sbyte> integers) => [.. integers.ToArray().Select(value => (float)network.Output.Dequantize(value))];
        return judge.Judge(Scores(probe.GoldenResult), Scores(probe.Result));
    }

    internal static QuantizedNetwork NetworkOf(JsonElement network)
    {
        var layers = network.GetProperty("layers").EnumerateArray().Select((layer, i) => (QuantizedStage)QuantizedLayer.Dense(
            $"fc{i}", [.. GoldenJson.Ints(Flat(layer.GetProperty("weights"))).Select(value => (sbyte)value)], GoldenJson.Ints(layer.GetProperty("bias")), (sbyte)Get(layer, "input_zero"),
            [.. GoldenJson.Ints(layer.GetProperty("mantissa")).Zip(GoldenJson.Ints(layer.GetProperty("shift")), (mantissa, shift) => new Requantization(mantissa, shift))],
            new LayerRegisters((sbyte)Get(layer, "output_zero"), (sbyte)Get(layer, "min"), (sbyte)Get(layer, "max")))).ToArray();
        var first = network.GetProperty("layers")[0];
        return new QuantizedNetwork(layers, new AffineScale(1, (sbyte)Get(first, "input_zero")), new AffineScale(0.1, 0));
    }

    private static JsonElement Flat(JsonElement rows) => JsonSerializer.SerializeToElement(rows.EnumerateArray().SelectMany(row => row.EnumerateArray()).Select(value => value.GetInt32()));

    private static sbyte[][] Rows(JsonElement network) => [.. network.GetProperty("rows").EnumerateArray().Select(Sbytes)];

    private static sbyte[] Sbytes(JsonElement array) => [.. GoldenJson.Ints(array).Select(value => (sbyte)value)];

    private static double Get(JsonElement element, string name) => element.GetProperty(name).GetDouble();

    private static double Number(JsonElement element) =>
        element.ValueKind != JsonValueKind.String ? element.GetDouble() : double.Parse(element.GetString()!, CultureInfo.InvariantCulture);

    private static void Each(string file, string group, Action<JsonElement, JsonElement> check)
    {
        using var golden = JsonDocument.Parse(File.ReadAllText(file));
        if (!golden.RootElement.GetProperty("inputs").TryGetProperty(group, out var inputs))
            return;
        var expected = golden.RootElement.GetProperty("expected").GetProperty(group);
        Assert.Equal(inputs.GetArrayLength(), expected.GetArrayLength());
        for (var i = 0; i < inputs.GetArrayLength(); i++)
            check(inputs[i], expected[i]);
    }
}
