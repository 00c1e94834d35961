using System.Text.Json;
using Ballast.Learning.Adversarial;
using Ballast.Tests.Shared;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Ballast.Tests.Learning.Adversarial;

/// <summary>The shared ascent against the vectors of attacks: losses, one step, many steps.</summary>
public sealed class AttackGoldenTests
{
    public static TheoryData<string> Files => GoldenFiles.Matching("srat*.json");

    [Theory]
    [MemberData(nameof(Files))]
    public void Losses_equal_the_reference(string path)
    {
        using var scope = NewDisposeScope();
        foreach (var (inputs, expected) in Group(Root(path), "losses"))
        {
            var (logits, labels) = (Matrix(inputs.GetProperty("logits")), Labels(inputs));

            foreach (var item in expected.EnumerateObject())
                Near(Doubles(item.Value), LossOf(item.Name).PerSample(logits, labels), 1e-9);
        }
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void One_step_equals_the_reference(string path)
    {
        using var scope = NewDisposeScope();
        var root = Root(path);
        foreach (var (inputs, expected) in Group(root, "fgsm"))
        {
            var (data, loss) = (Shared(root, inputs), LossOf(inputs.GetProperty("loss").GetString()!));
            var (model, x, labels) = (Model(data.GetProperty("network")), Matrix(data.GetProperty("x")), Labels(data));

            var result = Pgd.Fgsm(Threat(inputs, data)).RunFrom(model, x, labels, loss, x);

            Near(Flat(expected.GetProperty("adversarial")), result.Last, 1e-6);
            Near(Doubles(expected.GetProperty("loss")), result.Trace.select(0, 1), 1e-6);
            Near(Flat(expected.GetProperty("gradient")), AttackTask.SlopeAt(model, x, labels, loss).Gradient, 1e-6);
        }
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Many_steps_equal_the_reference(string path)
    {
        using var scope = NewDisposeScope();
        var root = Root(path);
        foreach (var (inputs, expected) in Group(root, "pgd"))
        {
            var (data, loss) = (Shared(root, inputs), LossOf(inputs.GetProperty("loss").GetString()!));
            var (model, x, labels) = (Model(data.GetProperty("network")), Matrix(data.GetProperty("x")), Labels(data));
            var attack = new Pgd(Threat(inputs, data)) { Steps = inputs.GetProperty("steps").GetInt32(), StepSize = inputs.GetProperty("stepSize").GetDouble() };

            var result = attack.RunFrom(model, x, labels, loss, Matrix(inputs.GetProperty("start")));

            Near(Flat(expected.GetProperty("lossTrace")), result.Trace, 1e-5);
            Near(Doubles(expected.GetProperty("bestLoss")), result.BestLoss, 1e-5);
            Near(Flat(expected.GetProperty("best")), result.Best, 1e-5);
            Near(Flat(expected.GetProperty("last")), result.Last, 1e-5);
        }
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Automatic_steps_equal_the_reference(string path)
    {
        using var scope = NewDisposeScope();
        var root = Root(path);
        foreach (var (inputs, expected) in Group(root, "autopgd"))
        {
            var (data, loss) = (Shared(root, inputs), LossOf(inputs.GetProperty("loss").GetString()!));
            var (model, x, labels) = (Model(data.GetProperty("network")), Matrix(data.GetProperty("x")), Labels(data));
            var seen = new Checkpoints();
            var attack = new AutoPgd(Threat(inputs, data)) { Iterations = inputs.GetProperty("iterations").GetInt32(), Rho = inputs.GetProperty("rho").GetDouble(), Checkpoints = seen };

            var result = attack.RunFrom(model, x, labels, loss, Matrix(inputs.GetProperty("start")));

            Near(Doubles(expected.GetProperty("bestLoss")), result.BestLoss, 1e-4);
            Near(Flat(expected.GetProperty("best")), result.Best, 1e-4);
            Assert.Equal(expected.GetProperty("broken").EnumerateArray().Select(item => item.GetBoolean()), result.Success);
            var wanted = expected.GetProperty("checkpoints").EnumerateArray().ToArray();
            Assert.Equal(wanted.Select(item => item.GetProperty("iteration").GetInt32()), seen.All.Select(item => item.Iteration));
            foreach (var (item, mine) in wanted.Zip(seen.All))
            {
                Assert.All(item.GetProperty("stepSize").EnumerateArray().Zip(mine.StepSizes), pair =>
                {
                    if (pair.First.ValueKind != JsonValueKind.Null)
                        Assert.Equal(pair.First.GetDouble(), pair.Second, 1e-9);
                });
                Assert.All(Doubles(item.GetProperty("bestLoss")).Zip(mine.BestLosses), pair => Assert.Equal(pair.First, pair.Second, 1e-4));
            }
        }
    }

    private static AttackLoss LossOf(string name) => name switch
    {
        "crossEntropy" => AttackLoss.CrossEntropy,
        "margin" => AttackLoss.Margin,
        "dlr" => AttackLoss.Dlr,
        _ => throw new ArgumentException(name),
    };

    private static ThreatModel Threat(JsonElement inputs, JsonElement data) =>
        new(inputs.GetProperty("norm").GetString() == "2" ? PerturbationNorm.L2 : PerturbationNorm.LInfinity, inputs.GetProperty("eps").GetDouble())
        {
            Minimum = data.TryGetProperty("minimum", out var low) ? low.GetDouble() : null,
            Maximum = data.TryGetProperty("maximum", out var high) ? high.GetDouble() : null,
        };

    // "sameNetworkAndDataAs": "fgsm[0]" borrows the network, x, labels and range of that entry.
    private static JsonElement Shared(JsonElement root, JsonElement inputs)
    {
        if (!inputs.TryGetProperty("sameNetworkAndDataAs", out var reference))
            return inputs;
        var parts = reference.GetString()!.TrimEnd(']').Split('[');
        return root.GetProperty(parts[0])[int.Parse(parts[1], System.Globalization.CultureInfo.InvariantCulture)].GetProperty("inputs");
    }

    private static Sequential Model(JsonElement network)
    {
        var model = nn.Sequential();
        foreach (var (weight, bias) in network.GetProperty("weights").EnumerateArray().Zip(network.GetProperty("biases").EnumerateArray()))
        {
            if (model.Count > 0)
                model.append(network.GetProperty("activation").GetString() == "relu" ? nn.ReLU() : nn.Tanh());
            var values = Matrix(weight);
            var layer = nn.Linear(values.shape[1], values.shape[0], dtype: float64);
            (layer.weight, layer.bias) = (new Parameter(values), new Parameter(tensor(Doubles(bias))));
            model.append(layer);
        }
        return model;
    }

    private static JsonElement Root(string path)
    {
        using var document = JsonDocument.Parse(File.ReadAllText(path));
        return document.RootElement.Clone();
    }

    private static IEnumerable<(JsonElement Inputs, JsonElement Expected)> Group(JsonElement root, string name) => root.TryGetProperty(name, out var group)
        ? group.EnumerateArray().Select(entry => (entry.GetProperty("inputs"), entry.GetProperty("expected")))
        : [];

    private static void Near(double[] wanted, Tensor actual, double tolerance)
    {
        var values = actual.contiguous().data<double>().ToArray();
        Assert.Equal(wanted.Length, values.Length);
        Assert.All(wanted.Zip(values), pair => Assert.Equal(pair.First, pair.Second, tolerance));
    }

    private static Tensor Labels(JsonElement inputs) => tensor(Array.ConvertAll(Doubles(inputs.GetProperty("labels")), value => (long)value));

    private static double[] Doubles(JsonElement array) => [.. array.EnumerateArray().Select(item => item.GetDouble())];

    private static double[] Flat(JsonElement array) => [.. array.EnumerateArray().SelectMany(Doubles)];

    private static Tensor Matrix(JsonElement array) => tensor(Flat(array)).reshape(array.GetArrayLength(), -1);

    private sealed class Checkpoints : IProgress<AutoPgdCheckpoint>
    {
        public List<AutoPgdCheckpoint> All { get; } = [];

        public void Report(AutoPgdCheckpoint value) => All.Add(value);
    }
}
