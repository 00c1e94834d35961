using Ballast.Core;
using Ballast.Data.Reading;
using Ballast.Evaluation.Leakage;

namespace Ballast.Tests.Evaluation.Leakage;

public sealed class SingleFeatureSkillTests
{
    private const int Count = 1000;
    private static readonly int[] Rows = [.. Enumerable.Range(0, Count)];
    private static readonly int[] Folds = [.. Rows.Select(i => i % 3)];
    private static readonly int[] Labels = MakeLabels();

    [Fact]
    public void A_copy_of_the_label_has_a_skill_of_nearly_one() =>
        Assert.True(Classes(Labels.Select(k => (double)k)).Skill > 0.97);

    [Fact]
    public void Noise_has_no_skill()
    {
        var random = RandomStream.For(3, "noise");

        Assert.True(Classes(Rows.Select(_ => random.NextGaussian())).Skill < 0.03);
    }

    [Fact]
    public void Values_met_once_teach_by_their_neighbours()
    {
        var random = RandomStream.For(4, "numeric leak");

        Assert.True(Classes(Labels.Select(k => k + 0.1 * random.NextGaussian())).Skill > 0.9);
    }

    [Fact]
    public void Being_missing_can_give_one_class_away()
    {
        var skill = Classes(Labels.Select(k => k == 2 ? 1.0 : double.NaN));

        Assert.True(skill.OfClass[2] > 0.95);
        Assert.True(skill.OfClass[0] < 0.6);
    }

    [Fact]
    public void A_copy_of_a_real_target_explains_it()
    {
        var random = RandomStream.For(5, "target");
        double[] targets = [.. Rows.Select(_ => random.NextGaussian())];

        Assert.True(SingleFeatureSkill.ForTargets(Column(targets.Select(t => 3 * t + 1)), Rows, targets, Folds, 3).Skill > 0.95);
    }

    private static FeatureSkill Classes(IEnumerable<double> values) => SingleFeatureSkill.ForClasses(Column(values), Rows, Labels, 3, Folds, 3);

    private static TableColumn Column(IEnumerable<double> values)
    {
        double[] all = [.. values];
        double[] distinct = [.. all.Where(v => !double.IsNaN(v)).Distinct()];
        var codeOf = distinct.Index().ToDictionary(pair => pair.Item, pair => pair.Index);
        return new TableColumn("x", [.. all.Select(v => double.IsNaN(v) ? TableColumn.Missing : codeOf[v])], [.. distinct.Select(v => $"{v:R}")], distinct, ColumnKind.Numeric, "made so");
    }

    private static int[] MakeLabels()
    {
        var random = RandomStream.For(2, "labels");
        return [.. Enumerable.Range(0, Count).Select(_ => random.Next(3))];
    }
}
