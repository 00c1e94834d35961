using Ballast.Data.Images;
using Ballast.Data.Images.Augmentation;

namespace Ballast.Tests.Data.Images.Augmentation;

public sealed class MixPlanTests
{
    private static readonly ImageShape Shape = new(1, 2, 2);

    [Fact]
    public void Mixup_blends_each_row_with_its_partner()
    {
        var plan = new MixPlan([1, 2, 0], [0.75f, 0.5f, 1], []);
        float[] batch = [0, 0, 0, 0, 4, 4, 4, 4, 8, 8, 8, 8];
        var output = new float[12];

        plan.Apply(batch, Shape, output);

        Assert.Equal([1, 1, 1, 1, 6, 6, 6, 6, 8, 8, 8, 8], output);
        plan.ApplyInPlace(batch, Shape);
        Assert.Equal(output, batch);
    }

    [Fact]
    public void CutMix_pastes_the_box_of_the_partner_in_every_channel()
    {
        var plan = new MixPlan([1, 0], [0.75f, 0.5f], [new(0, 1, 1, 1), new(1, 0, 1, 2)]);
        float[] batch = [1, 2, 3, 4, 5, 6, 7, 8, 10, 20, 30, 40, 50, 60, 70, 80];

        plan.ApplyInPlace(batch, new(2, 2, 2));

        Assert.Equal([1, 20, 3, 4, 5, 60, 7, 8, 10, 20, 3, 4, 50, 60, 7, 8], batch);
    }

    [Theory]
    [InlineData(MixingUnit.Batch)]
    [InlineData(MixingUnit.Row)]
    public void Plans_are_permutations_whose_shares_tell_what_is_left(MixingUnit unit)
    {
        var size = new ImageSize(9, 14);
        foreach (var mixing in new IBatchMixing[] { new Mixup(0.4, unit), new CutMix(1, unit) })
            for (var step = 0; step < 200; step++)
            {
                var plan = mixing.Plan(17, size, seed: 3, step);
                Assert.Equal(Enumerable.Range(0, 17), plan.Partners.Order());
                Assert.All(plan.Shares, share => Assert.InRange(share, 0, 1));
                for (var i = 0; i < plan.Boxes.Count; i++)
                    Assert.Equal(1 - plan.Boxes[i].Area / 126.0, plan.Shares[i], 1e-6);
                Assert.Equal(unit == MixingUnit.Batch, plan.Shares.Distinct().Count() == 1);
                new MixPlan(plan.Partners, plan.Shares, plan.Boxes).ApplyInPlace(new float[17 * 126], new(1, 9, 14));
            }
    }

    [Fact]
    public void CutMix_takes_a_box_of_about_the_drawn_area()
    {
        // Boxes clipped at the edges leave more than the drawn share: its mean is above one half, and the box's centre is anywhere.
        var plans = Enumerable.Range(0, 4000).Select(step => new CutMix().Plan(1, ImageSize.Square(64), 1, step)).ToArray();

        // E over lambda uniform and a uniform centre: the mean share of an axis that a box of side r covers is r - r^2/4 for each axis.
        var expected = 1 - Enumerable.Range(0, 10_000).Average(i => Math.Sqrt((i + 0.5) / 10_000) is var r ? Math.Pow(r - r * r / 4, 2) : 0);
        Assert.Equal(expected, plans.Average(plan => plan.Shares[0]), 0.02);
    }

    [Fact]
    public void The_same_seed_and_step_give_the_same_plan()
    {
        var (first, second) = (new CutMix().Plan(9, ImageSize.Square(8), 1, 2), new CutMix().Plan(9, ImageSize.Square(8), 1, 2));

        Assert.Equal(first.Partners, second.Partners);
        Assert.Equal(first.Boxes, second.Boxes);
        Assert.NotEqual(first.Partners, new CutMix().Plan(9, ImageSize.Square(8), 1, 3).Partners);
    }

    [Fact]
    public void Bad_plans_are_refused()
    {
        Assert.Throws<ArgumentException>(() => new MixPlan([0, 1], [1], []));
        Assert.Throws<ArgumentOutOfRangeException>(() => new MixPlan([0, 2], [1, 1], []));
        Assert.Throws<ArgumentOutOfRangeException>(() => new MixPlan([0], [1.5f], []));
        Assert.Throws<ArgumentException>(() => new MixPlan([0], [1], [new(1, 1, 2, 1)]).ApplyInPlace(new float[4], Shape));
        Assert.Throws<ArgumentException>(() => new MixPlan([0], [1], []).ApplyInPlace(new float[5], Shape));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Mixup(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Mixup(1).Plan(0, Shape.Size, 0, 0));
    }
}
