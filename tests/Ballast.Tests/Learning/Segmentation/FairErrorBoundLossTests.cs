using Ballast.Core;
using Ballast.Learning.Segmentation;
using Ballast.Tests.Learning.Training;
using static TorchSharp.torch;

namespace Ballast.Tests.Learning.Segmentation;

[Collection(TorchMemory.Name)]
public sealed class FairErrorBoundLossTests
{
    private const int Images = 6, Classes = 3, Side = 8;

    private static readonly int[] groups = [0, 0, 0, 1, 1, 2];

    public static TheoryData<FairErrorBoundMode> Modes => [.. Enum.GetValues<FairErrorBoundMode>()];

    [Theory]
    [InlineData(FairErrorBoundMode.LossScaling)]
    [InlineData(FairErrorBoundMode.GroupDro)]
    public void One_group_gives_the_base_loss(FairErrorBoundMode mode)
    {
        using var scope = NewDisposeScope();
        var (logits, masks) = Draw(1);
        int[] one = [0, 0, 0, 0, 0, 0];

        var fair = Value(new FairErrorBoundLoss(Classes, 1, mode: mode).Forward(logits, masks, one));

        Assert.Equal(Value(new CrossEntropyDiceLoss(Classes).Forward(logits, masks, one)), fair, 1e-12);
    }

    [Fact]
    public void Without_momentum_and_gamma_groups_weigh_alike()
    {
        using var scope = NewDisposeScope();
        var (logits, masks) = Draw(2);
        Tensor Part(Tensor whole, int group) => whole.index_select(0, tensor(groups.Index().Where(g => g.Item == group).Select(g => (long)g.Index).ToArray()));
        double DiceOf(int group) => Value(new CrossEntropyDiceLoss(Classes, diceWeight: 1).Forward(Part(logits, group), Part(masks, group), [.. groups.Where(g => g == group)]));
        double CrossEntropy() => Value(new CrossEntropyDiceLoss(Classes, diceWeight: 0).Forward(logits, masks, groups));

        var fair = Value(new FairErrorBoundLoss(Classes, 3, gamma: 0, diceWeight: 0.3, momentum: 0).Forward(logits, masks, groups));

        Assert.Equal(0.7 * CrossEntropy() + 0.3 * (DiceOf(0) + DiceOf(1) + DiceOf(2)) / 3, fair, 1e-10);
    }

    [Theory]
    [MemberData(nameof(Modes))]
    public void Gradients_are_those_of_finite_differences_with_the_weights_held(FairErrorBoundMode mode)
    {
        using var scope = NewDisposeScope();
        var (logits, masks) = Draw(3);
        logits.requires_grad_();
        // A second loss of weights so slow that the step does not move them stands for held ones.
        FairErrorBoundLoss Made() => new(Classes, 3, gamma: mode == FairErrorBoundMode.Reference ? 0 : 1.5, mode: mode, momentum: 1 - 1e-13);
        double Held(Tensor at)
        {
            var loss = Made();
            loss.Forward(logits.detach(), masks, groups);
            return Value(loss.Forward(at, masks, groups));
        }

        var own = Made();
        own.Forward(logits.detach(), masks, groups);
        own.Forward(logits, masks, groups).backward();
        var direction = tensor(Enumerable.Range(0, (int)logits.numel()).Select(i => Math.Sin(i + 1.0)).ToArray()).reshape(logits.shape);
        const double step = 1e-5;
        var numeric = (Held(logits.detach() + step * direction) - Held(logits.detach() - step * direction)) / (2 * step);

        Assert.Equal(numeric, Value((logits.grad! * direction).sum()), 1e-7 + 1e-5 * Math.Abs(numeric));
    }

    [Fact]
    public void The_running_mean_starts_at_the_first_value_and_keeps_absent_groups()
    {
        using var scope = NewDisposeScope();
        var (logits, masks) = Draw(4);
        var loss = new FairErrorBoundLoss(Classes, 4);

        loss.Forward(logits, masks, groups);
        double[] first = [.. loss.GroupLosses];
        loss.Forward(logits * 2, masks, [0, 0, 0, 0, 0, 0]);

        Assert.True(double.IsNaN(first[3]) && double.IsNaN(loss.GroupWeights[3]));
        Assert.Equal(first[1], loss.GroupLosses[1]);
        Assert.NotEqual(first[0], loss.GroupLosses[0]);
        Assert.InRange(loss.GroupWeights.Take(3).Max(), 1 - 1e-12, 1 + 1e-12);
    }

    [Fact]
    public void In_reference_mode_a_group_that_is_absent_takes_no_gradient_away()
    {
        using var scope = NewDisposeScope();
        var (logits, masks) = Draw(5);
        logits.requires_grad_();
        var loss = new FairErrorBoundLoss(Classes, 5, diceWeight: 1, mode: FairErrorBoundMode.Reference) { NormalizeBest = true };

        loss.Forward(logits, masks, groups).backward();

        Assert.True(logits.grad!.abs().sum().item<double>() > 0);
        Assert.Equal(1, loss.GroupWeights.Where(w => !double.IsNaN(w)).Max(), 1e-12);
        Assert.True(double.IsNaN(loss.GroupWeights[4]));
    }

    [Fact]
    public void The_group_that_lags_weighs_most()
    {
        using var scope = NewDisposeScope();
        var (_, masks) = Draw(6);
        // Group 2 is predicted wrong, the others right.
        var right = nn.functional.one_hot(masks, Classes).permute(0, 3, 1, 2).to(float64) * 8;
        var logits = cat([right.narrow(0, 0, 5), -right.narrow(0, 5, 1)]);
        foreach (var mode in new[] { FairErrorBoundMode.LossScaling, FairErrorBoundMode.GroupDro })
        {
            var loss = new FairErrorBoundLoss(Classes, 3, mode: mode);
            loss.Forward(logits, masks, groups);
            Assert.Equal(2, Array.IndexOf([.. loss.GroupWeights], loss.GroupWeights.Max()));
        }
    }

    [Theory]
    [MemberData(nameof(Modes))]
    public void No_tensor_is_left_behind(FairErrorBoundMode mode)
    {
        using var scope = NewDisposeScope();
        var (logits, masks) = Draw(7);
        logits.requires_grad_();
        var loss = new FairErrorBoundLoss(Classes, 3, mode: mode);
        void Step()
        {
            using var step = NewDisposeScope();
            loss.Forward(logits, masks, groups).backward();
        }

        Step();
        var before = TorchMemory.Settled();
        for (var i = 0; i < 5; i++)
            Step();

        Assert.Equal(before, Tensor.TotalCount);
    }

    [Fact]
    public void Bad_input_is_named()
    {
        using var scope = NewDisposeScope();
        var (logits, masks) = Draw(8);
        var loss = new FairErrorBoundLoss(Classes, 2);

        Assert.Contains("group is 2", Assert.Throws<ArgumentException>(() => loss.Forward(logits, masks, groups)).Message);
        Assert.Contains("group is -1", Assert.Throws<ArgumentException>(() => loss.Forward(logits, masks, [0, 0, 0, 1, 1, -1])).Message);
        Assert.Throws<ArgumentException>(() => loss.Forward(logits, masks, [0, 1]));
        Assert.Throws<ArgumentException>(() => loss.Forward(logits.narrow(1, 0, 2), masks, groups));
        Assert.Throws<ArgumentException>(() => loss.Forward(logits, masks.narrow(1, 0, 4), groups));
        Assert.Contains("0 to 3", Assert.Throws<ArgumentException>(() => loss.Forward(logits, masks + (masks == 2).to(int64), groups)).Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => new FairErrorBoundLoss(Classes, 2, gamma: -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new FairErrorBoundLoss(Classes, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new FairErrorBoundLoss(1, 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => new FairErrorBoundLoss(Classes, 2, momentum: 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new FairErrorBoundLoss(Classes, 2, diceWeight: 1.1));
    }

    private static (Tensor Logits, Tensor Masks) Draw(int seed)
    {
        var random = RandomStream.For(seed, "masks");
        return (
            tensor(Enumerable.Range(0, Images * Classes * Side * Side).Select(_ => random.NextGaussian()).ToArray()).reshape(Images, Classes, Side, Side),
            tensor(Enumerable.Range(0, Images * Side * Side).Select(_ => (long)random.Next(Classes)).ToArray()).reshape(Images, Side, Side));
    }

    private static double Value(Tensor loss) => loss.detach().to(float64).item<double>();
}
