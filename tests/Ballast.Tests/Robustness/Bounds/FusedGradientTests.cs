using Ballast.Core;
using Ballast.Robustness.Bounds.Fused;
using Ballast.Tests.Learning.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace Ballast.Tests.Robustness.Bounds;

/// <summary>Functions with gradients of their own against the same in torch's operations, in double precision: odd sizes, so that loops have remainders.</summary>
[Collection(TorchMemory.Name)]
public sealed class FusedGradientTests
{
    private static readonly long[][] Shapes = [[1, 1], [3, 7], [2, 3, 5, 5], [5, 2, 9, 4], [4, 33], [70, 16, 12, 12]];

    public static TheoryData<int> Sizes => [.. Enumerable.Range(0, Shapes.Length)];

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Relu_of_intervals_is_that_of_their_ends(int size)
    {
        using var scope = NewDisposeScope();
        var (middle, reach) = (Normal(Shapes[size], 1), Normal(Shapes[size], 2).abs());

        Same([middle, reach], x =>
        {
            var (m, r) = IntervalRelu.Of(x[0], x[1]);
            return [m, r];
        }, x =>
        {
            var (lower, upper) = ((x[0] - x[1]).relu(), (x[0] + x[1]).relu());
            return [(upper + lower) / 2, (upper - lower) / 2];
        });
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Lines_of_relus_are_those_of_crown(int size)
    {
        using var scope = NewDisposeScope();
        var (coefficients, middle, reach) = (Normal(Shapes[size], 1), Normal(Shapes[size], 2), Normal(Shapes[size], 3).abs());

        Same([coefficients, middle, reach], x =>
        {
            var (sent, cost) = ReluLines.Of(x[0], x[1], x[2]);
            return [sent, cost];
        }, x =>
        {
            var (lower, upper) = ((x[1] - x[2]).clamp_max(0), (x[1] + x[2]).clamp_min(0));
            var chord = upper / (upper - lower);
            var below = chord.detach().gt(0.5).to_type(float64);
            var sent = x[0] * where(x[0].detach().gt(0), below, chord);
            return [sent, (x[0].clamp_max(0) * -chord * lower).flatten(1).sum(1)];
        });
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Batch_normalisation_and_its_map_are_those_of_the_batch(int size)
    {
        using var scope = NewDisposeScope();
        var channels = Shapes[size][1];
        var batch = Normal(Shapes[size], 1) * 3 + 100;

        Same([batch, Normal([channels], 2), Normal([channels], 3)], x =>
        {
            var (normalized, scale, shift, _, _) = BatchNormalization.Of(x[0], x[1], x[2], 1e-5);
            return [normalized, scale, shift];
        }, x =>
        {
            long[] others = [0, .. Enumerable.Range(2, Shapes[size].Length - 2).Select(axis => (long)axis)];
            long[] broadcast = [-1, .. Enumerable.Repeat(1L, Shapes[size].Length - 2)];
            var (variance, mean) = var_mean(x[0], others, unbiased: false);
            var scale = x[1] / (variance + 1e-5).sqrt();
            var shift = x[2] - mean * scale;
            return [x[0] * scale.reshape(broadcast) + shift.reshape(broadcast), scale, shift];
        });
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Sums_before_relus_are_those_of_active_and_inactive_neurons(int size)
    {
        using var scope = NewDisposeScope();
        var (middle, reach) = (Normal(Shapes[size], 1), Normal(Shapes[size], 2).abs());

        Same([middle, reach], x => [ReluSums.Of(x[0], x[1]).Sums], x =>
        {
            var (active, inactive) = ((x[0] - x[1]).gt(0).to_type(float64), (x[0] + x[1]).lt(0).to_type(float64));
            return [stack([x[0].sum(), x[1].sum(), (x[0] * active).sum(), (x[0].square() * active).sum(), (x[0] * inactive).sum(), (x[0].square() * inactive).sum()])];
        });

        var counts = ReluSums.Of(middle, reach).Counts;
        Assert.Equal((middle - reach).gt(0).sum().item<long>(), counts[0].item<double>());
        Assert.Equal((middle + reach).lt(0).sum().item<long>(), counts[1].item<double>());
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Fused_loops_and_the_forms_for_graphics_cards_are_the_same_functions(int size)
    {
        using var scope = NewDisposeScope();
        var (middle, reach, channels) = (Normal(Shapes[size], 1), Normal(Shapes[size], 2).abs(), Shapes[size][1]);

        Same([middle, reach], x => List(IntervalRelu.Of(x[0], x[1])), x => List(TorchForms.IntervalRelu(x[0], x[1])));
        Same([Normal(Shapes[size], 3), middle, reach], x => List(ReluLines.Of(x[0], x[1], x[2])), x => List(TorchForms.ReluLines(x[0], x[1], x[2])));
        Same([middle, reach], x => [ReluSums.Of(x[0], x[1]).Sums], x => [TorchForms.ReluSums(x[0], x[1]).Sums]);
        Assert.True(ReluSums.Of(middle, reach).Counts.eq(TorchForms.ReluSums(middle, reach).Counts).all().item<bool>());
        Same([middle * 3 + 100, Normal([channels], 2), Normal([channels], 3)], x => All(BatchNormalization.Of(x[0], x[1], x[2], 1e-5)), x => All(TorchForms.BatchNormalization(x[0], x[1], x[2], 1e-5)));

        static Tensor[] List((Tensor First, Tensor Second) found) => [found.First, found.Second];
        static Tensor[] All((Tensor Normalized, Tensor Scale, Tensor Shift, Tensor Mean, Tensor Variance) found) => [found.Normalized, found.Scale, found.Shift, found.Mean, found.Variance];
    }

    [Fact]
    public void Intervals_of_no_width_at_0_send_no_gradient_and_no_NaN_in_either_form()
    {
        using var scope = NewDisposeScope();
        var nothing = zeros(2, 3, float32);

        foreach (var form in new Func<Tensor, Tensor, Tensor, (Tensor, Tensor)>[] { ReluLines.Of, TorchForms.ReluLines })
        {
            Tensor[] x = [-ones(2, 3), nothing.clone().requires_grad_(), nothing.clone().requires_grad_()];
            var (sent, cost) = form(x[0], x[1], x[2]);

            Assert.All(autograd.grad([sent.sum() + cost.sum()], x[1..]), gradient => Assert.True(gradient.eq(0).all().item<bool>()));
        }
    }

    [Fact]
    public void What_is_no_number_stays_none()
    {
        using var scope = NewDisposeScope();
        var bad = Normal([2, 40], 1);
        bad[1, 3] = double.NaN;
        bad[1, 39] = double.NaN;

        Assert.Equal(2, IntervalRelu.Of(bad, ones_like(bad)).Middle.isnan().sum().item<long>());
        Assert.True(double.IsNaN(ReluLines.Of(-ones_like(bad), bad, ones_like(bad)).Cost[1].item<double>()));
        Assert.True(ReluSums.Of(bad, ones_like(bad)).Sums[0].isnan().item<bool>());
    }

    [Fact]
    public void More_threads_change_nothing()
    {
        using var scope = NewDisposeScope();
        long[] shape = [64, 16, 12, 12];
        var (middle, reach) = (Normal(shape, 1).to(float32).requires_grad_(), Normal(shape, 2).abs().to(float32).requires_grad_());
        var before = get_num_threads();
        try
        {
            Tensor[] Run(int threads)
            {
                set_num_threads(threads);
                var (m, r) = IntervalRelu.Of(middle, reach);
                var (sent, cost) = ReluLines.Of(m - 1, middle, r);
                var (normalized, scale, shift, _, _) = BatchNormalization.Of(sent, ones(16), zeros(16), 1e-5);
                // The sum is torch's, which rounds differently on other threads; what we make and its gradients are not.
                var sum = normalized.sin().sum() + cost.sum() + scale.sum() + shift.sum();
                return [m, r, sent, cost, normalized, scale, shift, .. autograd.grad([sum], [middle, reach])];
            }
            foreach (var (one, two) in Run(1).Zip(Run(2)))
                Assert.True(one.eq(two).all().item<bool>());
        }
        finally
        {
            set_num_threads(before);
        }
    }

    [Fact]
    public void Repeated_gradients_leave_no_tensor_behind()
    {
        using (NewDisposeScope())
            Once();
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        for (var i = 0; i < 20; i++)
            using (NewDisposeScope())
                Once();
        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);

        static void Once()
        {
            var (middle, reach) = (Normal([4, 3, 5, 5], 1).requires_grad_(), Normal([4, 3, 5, 5], 2).abs().requires_grad_());
            var (normalized, scale, _, _, _) = BatchNormalization.Of(middle, ones(3, float64), zeros(3, float64), 1e-5);
            var (m, r) = IntervalRelu.Of(normalized, reach * scale.reshape(-1, 1, 1));
            var (sent, cost) = ReluLines.Of(m, normalized, r);
            (sent.sum() + cost.sum()).backward();
        }
    }

    private static void Same(Tensor[] inputs, Func<Tensor[], Tensor[]> ours, Func<Tensor[], Tensor[]> theirs)
    {
        var (found, expected) = (Run(ours), Run(theirs));
        foreach (var (one, other) in found.Zip(expected))
            Assert.True(one.allclose(other, 1e-9, 1e-9), $"{(one - other).abs().max().item<double>():E2} apart");

        // Results, then the gradients of a sum in which each result has weights of its own.
        Tensor[] Run(Func<Tensor[], Tensor[]> function)
        {
            Tensor[] x = [.. inputs.Select(input => input.detach().clone().requires_grad_())];
            var results = function(x);
            var sum = results.Select((result, i) => (result * Normal(result.shape, 10 + i)).sum()).Aggregate((a, b) => a + b);
            return [.. results.Select(result => result.detach()), .. autograd.grad([sum], x)];
        }
    }

    private static Tensor Normal(long[] shape, int seed)
    {
        var random = RandomStream.For(seed, "fused gradients", 0);
        return tensor(Enumerable.Range(0, (int)shape.Aggregate(1L, (a, b) => a * b)).Select(_ => random.NextGaussian()).ToArray()).reshape(shape);
    }
}
