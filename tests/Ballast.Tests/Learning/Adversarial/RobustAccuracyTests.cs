using Ballast.Core;
using Ballast.Exchange.Networks;
using Ballast.Learning.Adversarial;
using Ballast.Learning.Networks;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Ballast.Tests.Learning.Adversarial;

public sealed class RobustAccuracyTests
{
    private const int Rows = 150, Width = 4, Classes = 3;

    [Fact]
    public void A_linear_model_survives_exactly_where_its_margin_exceeds_the_radius_times_the_dual_norm()
    {
        foreach (var norm in Enum.GetValues<PerturbationNorm>())
        {
            using var scope = NewDisposeScope();
            var (model, data) = (Linear(), Samples());
            const double epsilon = 0.05;
            var attacks = NamedAttack.Standard(new ThreatModel(norm, epsilon), Classes, steps: 40);

            var report = new RobustAccuracy(attacks) { Seed = 1 }.Measure(model, data);

            var (weights, bias) = (model.weight!.data<float>().ToArray(), model.bias!.data<float>().ToArray());
            for (var i = 0; i < Rows; i++)
            {
                var (label, sample) = (data.Labels.Span[i], report.Samples[i]);
                var least = Enumerable.Range(0, Classes).Where(k => k != label).Min(k => Worst(data.Row(i), label, k, norm, epsilon));
                if (Math.Abs(least) > 1e-4)
                    Assert.Equal(least > 0, sample.Outcome == AttackOutcome.Survived);
                Assert.True(sample.AttackedMargin <= sample.CleanMargin && sample.AttackedMargin >= least - 1e-5);
            }
            Assert.Equal(report.Samples.Count(s => s.Outcome == AttackOutcome.Survived) / (double)Rows, report.Robust.Value, 12);
            Assert.True(report.Robust.Value < report.Clean.Value && report.Robust.Interval.Contains(report.Robust.Value));
            Assert.Equal(Rows, Enumerable.Range(0, Classes).Sum(report.CountOf));
            Assert.Equal(report.Robust.Value, Enumerable.Range(0, Classes).Sum(k => report.RobustOf(k).Value * report.CountOf(k)) / Rows, 12);
            Assert.Equal(report.Robust.Value, report.RobustAfter(attacks.Count - 1).Value);
            Assert.True(report.RobustAfter(0).Value <= report.Clean.Value);

            double Worst(ReadOnlySpan<float> row, int own, int other, PerturbationNorm ball, double radius)
            {
                var (margin, length) = ((double)bias[own] - bias[other], 0.0);
                for (var j = 0; j < Width; j++)
                {
                    var w = (double)weights[own * Width + j] - weights[other * Width + j];
                    margin += w * row[j];
                    length += ball == PerturbationNorm.L2 ? w * w : Math.Abs(w);
                }
                return margin - radius * (ball == PerturbationNorm.L2 ? Math.Sqrt(length) : length);
            }
        }
    }

    [Fact]
    public void Threads_change_nothing()
    {
        using var scope = NewDisposeScope();
        var (model, data) = (new Mlp(Width, [16], Classes, seed: 3), Samples());
        var attacks = NamedAttack.Standard(ThreatModel.Pixels(0.1), Classes, steps: 5, restarts: 2);

        var one = new RobustAccuracy(attacks) { Threads = 1, BatchSize = 16 }.Measure(model, data);
        var four = new RobustAccuracy(attacks) { Threads = 4, BatchSize = 16 }.Measure(model, data);

        Assert.Equal(one.Samples, four.Samples);
    }

    [Fact]
    public void A_model_that_gives_no_number_is_not_robust_and_is_counted()
    {
        using var scope = NewDisposeScope();
        var model = Linear();
        using (no_grad())
            model.weight![0, 0] = float.NaN;

        var report = new RobustAccuracy(NamedAttack.Standard(ThreatModel.Pixels(0.1), Classes)).Measure(model, Samples());

        Assert.Equal(Rows, report.NotANumber);
        Assert.Equal(0, report.Robust.Value);
        Assert.Equal(0, report.Clean.Value);
    }

    [Fact]
    public void A_label_that_is_no_output_and_a_sample_out_of_range_are_refused()
    {
        using var scope = NewDisposeScope();
        var model = Linear();
        var attacks = NamedAttack.Standard(ThreatModel.Pixels(0.1), Classes);

        Assert.Throws<ArgumentException>(() => new RobustAccuracy([]));
        Assert.Throws<ArgumentException>(() => new RobustAccuracy(attacks).Measure(model, new Dataset(new float[4], 1, [], [4], new[] { 3 }, ["a", "b", "c", "d"])));
        // Right as it is, so that an attack looks at it.
        float[] beyond = [0, 0, 0, 9];
        var label = (int)model.call(tensor(beyond).reshape(1, Width)).argmax(1).item<long>();
        var high = new Dataset(beyond, 1, [], [Width], new[] { label }, ["a", "b", "c"]);
        Assert.Throws<ArgumentException>(() => new RobustAccuracy(attacks).Measure(model, high));
    }

    [Fact]
    public void Noise_of_no_size_changes_nothing_and_larger_noise_turns_no_fewer_than_none_and_no_more_than_attacks()
    {
        using var scope = NewDisposeScope();
        var (model, data) = (Linear(), Samples());
        var report = new RobustAccuracy(NamedAttack.Standard(ThreatModel.Pixels(0.05), Classes)).Measure(model, data);

        var still = NoiseAccuracy.Measure(model, data, ThreatModel.Pixels(0), 3, seed: 1);
        var moved = NoiseAccuracy.Measure(model, data, ThreatModel.Pixels(0.05), 20, seed: 1);

        Assert.Equal(report.Clean.Value, still.Average(), 12);
        Assert.Equal(moved, NoiseAccuracy.Measure(model, data, ThreatModel.Pixels(0.05), 20, seed: 1));
        // A row that survives attacks on a linear model survives everything in the box.
        Assert.All(Enumerable.Range(0, Rows).Where(i => report.Samples[i].Outcome == AttackOutcome.Survived && report.Samples[i].AttackedMargin > 1e-4), i => Assert.Equal(1, moved[i], 12));
        Assert.Contains(moved, share => share is > 0 and < 1);
        Assert.Throws<ArgumentException>(() => NoiseAccuracy.Measure(model, new Dataset(new float[4], 1, [], [4]), ThreatModel.Pixels(0), 1, 0));
    }

    [Fact]
    public void A_normalisation_in_front_moves_what_came_before_it()
    {
        using var scope = NewDisposeScope();
        var inner = new Mlp(Width, [8], Classes, seed: 1);
        var normalization = new InputNormalization([0.5, 0.4, 0.3, 0.2], [0.5, 2, 0.1, 1]);
        using var model = new NormalizedModel(inner, normalization);
        var x = tensor(Samples().Features.ToArray()).reshape(Rows, Width);

        var normal = NormalizedModel.Normalize(x, normalization);

        Assert.True(model.call(x).allclose(inner.call(normal), 1e-5, 1e-6));
        Assert.True(NormalizedModel.Undo(normal, normalization).allclose(x, 1e-5, 1e-6));
        inner.train();
        model.Dispose();
        Assert.True(inner.training);
        Assert.Equal(Classes, inner.call(x).shape[1]);
    }

    private static Linear Linear()
    {
        var random = RandomStream.For(7, "robust accuracy model");
        var model = nn.Linear(Width, Classes);
        model.weight = new Parameter(tensor(Enumerable.Range(0, Width * Classes).Select(_ => (float)random.NextGaussian()).ToArray()).reshape(Classes, Width));
        model.bias = new Parameter(zeros(Classes));
        return model;
    }

    private static Dataset Samples()
    {
        var random = RandomStream.For(8, "robust accuracy rows");
        var features = Enumerable.Range(0, Rows * Width).Select(_ => (float)random.NextDouble()).ToArray();
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var labels = Array.ConvertAll(Linear().call(tensor(features).reshape(Rows, Width)).argmax(1).data<long>().ToArray(), k => (int)k);
        // Some labels are wrong, so that some rows are misclassified as they are.
        for (var i = 0; i < Rows; i += 10)
            labels[i] = (labels[i] + 1) % Classes;
        return new Dataset(features, Rows, [], [Width], labels, ["a", "b", "c"]);
    }
}
