using System.Globalization;
using System.Text.Json;
using Ballast.Learning.Objectives.CompSum;
using Ballast.Tests.Shared;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Ballast.Tests.Learning.Objectives.CompSum;

public sealed class CompSumGoldenTests
{
    public static TheoryData<string> Files => GoldenFiles.Matching("comp-sum-losses*.json");

    [Theory]
    [MemberData(nameof(Files))]
    public void Losses_equal_the_reference(string path)
    {
        using var scope = NewDisposeScope();
        var (inputs, expected) = Read(path);
        var logits = Matrix(inputs.GetProperty("logits"));
        var labels = tensor(Array.ConvertAll(Doubles(inputs.GetProperty("labels")), value => (long)value));

        foreach (var (tau, values) in Taus(expected.GetProperty("per_sample")))
        {
            var wanted = Doubles(values.GetProperty("loss"));
            var actual = new CompSumLoss(tau).PerSample(logits, labels).data<double>().ToArray();

            for (var i = 0; i < wanted.Length; i++)
                Assert.Equal(wanted[i], actual[i], 1e-9 * Math.Abs(wanted[i]));
        }
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Gradients_equal_the_reference_by_formula_and_by_torch(string path)
    {
        using var scope = NewDisposeScope();
        var (inputs, expected) = Read(path);
        var labels = tensor(Array.ConvertAll(Doubles(inputs.GetProperty("labels")), value => (long)value));

        foreach (var (tau, values) in Taus(expected.GetProperty("per_sample")))
        {
            var logits = Matrix(inputs.GetProperty("logits")).requires_grad_();
            var wanted = Rows(values.GetProperty("grad_sum")).SelectMany(row => row).ToArray();
            var loss = new CompSumLoss(tau);

            loss.PerSample(logits, labels).sum().backward();

            foreach (var actual in new[] { logits.grad!, loss.Gradient(logits, labels) })
                Assert.All(wanted.Zip(actual.data<double>().ToArray()), pair => Assert.Equal(pair.First, pair.Second, 1e-9 * (1 + Math.Abs(pair.First))));
        }
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Losses_in_float32_are_near_where_they_do_not_overflow(string path)
    {
        using var scope = NewDisposeScope();
        var (inputs, expected) = Read(path);
        var logits = Matrix(inputs.GetProperty("logits")).to(float32);
        var labels = tensor(Array.ConvertAll(Doubles(inputs.GetProperty("labels")), value => (long)value));
        var logProbability = (-nn.functional.cross_entropy(logits, labels, reduction: nn.Reduction.None)).data<float>().ToArray();

        foreach (var (tau, values) in Taus(expected.GetProperty("per_sample")))
        {
            var wanted = Doubles(values.GetProperty("loss"));
            var loss = new CompSumLoss(tau);
            var actual = loss.PerSample(logits, labels).data<float>().ToArray();

            for (var i = 0; i < wanted.Length; i++)
                if (logProbability[i] >= loss.Cutoff(float32))
                    Assert.Equal(wanted[i], actual[i], 1e-4 * Math.Abs(wanted[i]));
        }
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Transforms_equal_the_reference(string path)
    {
        var (inputs, expected) = Read(path);
        var (classes, grid, arguments) = (inputs.GetProperty("n").GetInt32(), Doubles(inputs.GetProperty("T_grid")), Doubles(inputs.GetProperty("gamma_arguments")));

        foreach (var (tau, values) in Taus(expected.GetProperty("transforms")))
        {
            Near(values.GetProperty("T"), grid, t => ConsistencyBound.T(tau, classes, t));
            Near(values.GetProperty("Gamma"), arguments, v => ConsistencyBound.Gamma(tau, classes, v));
            Near(values.GetProperty("GammaUpper"), arguments, v => ConsistencyBound.GammaUpper(tau, classes, v));
        }

        static void Near(JsonElement wanted, double[] at, Func<double, double> function) =>
            Assert.All(Doubles(wanted).Zip(at), pair => Assert.Equal(pair.First, function(pair.Second), 1e-9 * (1e-3 + Math.Abs(pair.First))));
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Best_conditional_risks_equal_the_reference(string path)
    {
        var (inputs, expected) = Read(path);
        var (conditionals, bound) = (Rows(inputs.GetProperty("conditional_distributions")), inputs.GetProperty("score_bound").GetDouble());

        foreach (var (tau, values) in Taus(expected.GetProperty("best_conditional_risk_unbounded")))
            Assert.All(Doubles(values).Zip(conditionals), pair => Assert.Equal(pair.First, MinimizabilityGap.BestConditionalRisk(tau, pair.Second), 1e-9 * Math.Abs(pair.First)));
        foreach (var (tau, values) in Taus(expected.GetProperty("best_conditional_risk_scores_in_minus_L_L")))
            Assert.All(Doubles(values).Zip(conditionals), pair => Assert.Equal(pair.First, MinimizabilityGap.BestConditionalRisk(tau, pair.Second, bound), 1e-6));
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void The_gap_of_constant_predictors_equals_the_reference(string path)
    {
        var (inputs, expected) = Read(path);
        var conditionals = Rows(inputs.GetProperty("conditional_distributions"));
        var mean = Enumerable.Range(0, conditionals[0].Length).Select(y => conditionals.Average(q => q[y])).ToArray();

        foreach (var (tau, value) in Taus(expected.GetProperty("minimizability_gap_of_constant_predictors")))
        {
            var best = MinimizabilityGap.BestConditionalRisk(tau, mean);

            Assert.Equal(value.GetDouble(), MinimizabilityGap.Estimate(tau, conditionals.SelectMany(q => q).ToArray(), mean.Length, best), 1e-9);
        }
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void The_smooth_adversarial_loss_equals_the_reference_and_its_ascent_finds_the_supremum(string path)
    {
        using var scope = NewDisposeScope();
        var (inputs, expected) = Read(path);
        var setting = inputs.GetProperty("smooth_adversarial");
        var weight = Matrix(setting.GetProperty("W"));
        using var model = nn.Linear(weight.shape[1], weight.shape[0], hasBias: false, dtype: float64);
        model.weight = new Parameter(weight);
        var options = new SmoothAdversarialOptions
        {
            Epsilon = setting.GetProperty("epsilon_linf").GetDouble(),
            Tau = setting.GetProperty("tau").GetDouble(),
            Rho = setting.GetProperty("rho").GetDouble(),
            Nu = setting.GetProperty("nu").GetDouble(),
            Minimum = null,
            Maximum = null,
        };
        var loss = new SmoothAdversarialLoss(options);

        foreach (var sample in expected.GetProperty("smooth_adversarial").EnumerateArray())
        {
            var point = tensor(Doubles(sample.GetProperty("x"))).unsqueeze(0);
            var label = tensor(new[] { sample.GetProperty("y").GetInt64() });
            var (wantedBase, wantedShift) = (sample.GetProperty("base").GetDouble(), sample.GetProperty("sup_l2").GetDouble());

            var (actualBase, actualShift) = loss.Evaluate(model, point, label);
            var exact = Corners(model, point, label, options.Epsilon);

            Assert.Equal(wantedBase, actualBase.item<double>(), 1e-9 * (1 + wantedBase));
            Assert.InRange(actualShift.item<double>(), 0.99 * wantedShift, wantedShift * (1 + 1e-9));
            Assert.Equal(wantedShift, exact, 1e-9 * (1 + wantedShift));
            Assert.Equal(sample.GetProperty("loss").GetDouble(), actualBase.item<double>() + options.Nu * exact, 1e-9 * (1 + wantedBase));
        }
    }

    // The norm is convex in x', so its largest value lies in a corner of the box.
    private static double Corners(Linear model, Tensor point, Tensor label, double epsilon)
    {
        var scores = model.call(point);
        return Enumerable.Range(0, 1 << (int)point.shape[1]).Max(corner =>
        {
            var signs = tensor(Enumerable.Range(0, (int)point.shape[1]).Select(j => (corner >> j & 1) == 1 ? epsilon : -epsilon).ToArray());
            return SmoothAdversarialLoss.Shift(model.call(point + signs), scores, label).item<double>();
        });
    }

    private static (JsonElement Inputs, JsonElement Expected) Read(string path)
    {
        using var document = JsonDocument.Parse(File.ReadAllText(path));
        var root = document.RootElement.Clone();
        return (root.GetProperty("inputs"), root.GetProperty("expected"));
    }

    private static IEnumerable<(double Tau, JsonElement Value)> Taus(JsonElement byTau) =>
        byTau.EnumerateObject().Select(item => (double.Parse(item.Name, CultureInfo.InvariantCulture), item.Value));

    private static double[] Doubles(JsonElement array) => [.. array.EnumerateArray().Select(item => item.GetDouble())];

    private static double[][] Rows(JsonElement array) => [.. array.EnumerateArray().Select(Doubles)];

    private static Tensor Matrix(JsonElement array)
    {
        var rows = Rows(array);
        return tensor(rows.SelectMany(row => row).ToArray()).reshape(rows.Length, -1);
    }
}
