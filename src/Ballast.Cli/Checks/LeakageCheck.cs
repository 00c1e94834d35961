using Ballast.Cli.Reports;
using Ballast.Core;
using Ballast.Data.Reading;
using Ballast.Evaluation.Leakage;
using Ballast.Learning.Tabular;

namespace Ballast.Cli.Checks;

/// <summary>Columns that give the target away: alone they almost give it, or explain it far better than all others together.</summary>
/// <remarks>
/// A column's skill is the share of the log loss (for real targets: of the variance) that it removes alone, on rows not used to learn it. The columns
/// are taken away from the most skilled on, one more each time, and boosted trees are trained on what is left: where the least skilled
/// of those taken still beats all that is left by a wide margin, they leak. Taking several away together finds leaks that come in copies.
/// </remarks>
internal sealed class LeakageCheck : ICheck
{
    private const int MostCandidates = 6;
    private const int MostRows = 20_000;
    private const int Folds = 3;
    private const int FewestRowsOfClass = 20;

    public string Id => "leakage";

    public void Run(Audit audit, CancellationToken cancellation)
    {
        var skills = Skills(audit, cancellation).OrderByDescending(s => Strongest(audit, s.Skill)).ToArray();
        var suspicious = skills.TakeWhile(s => Strongest(audit, s.Skill) >= Threshold(audit)).Take(MostCandidates).ToArray();
        if (suspicious.Length == 0)
            return;

        var (leaking, rest) = (0, new Aspect[suspicious.Length][]);
        for (var taken = 1; taken <= suspicious.Length; taken++)
        {
            cancellation.ThrowIfCancellationRequested();
            var others = SkillOfOthers(audit, suspicious.Take(taken).Select(s => s.Column.Name).ToHashSet(), cancellation);
            rest[taken - 1] = Aspects(audit, suspicious[taken - 1].Skill, others);
            if (rest[taken - 1].Any(aspect => Leaks(audit, aspect, taken, leaking)))
                leaking = taken;
        }
        for (var i = 0; i < leaking; i++)
            Report(audit, suspicious[i].Column, rest[leaking - 1], rest[i]);
    }

    private void Report(Audit audit, TableColumn column, Aspect[] whenAllTaken, Aspect[] whenTaken)
    {
        audit.SetAside(column.Name, "leaks the target");
        var worst = whenTaken.MaxBy(a => a.Alone - a.Others);
        var others = whenAllTaken.First(a => a.Of == worst.Of).Others; // without any of the leaks
        audit.Report(Id, Severity.High,
            $"Column '{column.Name}' gives {worst.Of} away: alone it explains {Figures.Percent(worst.Alone)} of it, all other columns together {Figures.Percent(Math.Max(0, others))}.", [column.Name], [], new()
            {
                ["gives_away"] = worst.Of,
                ["skill_alone"] = worst.Alone,
                ["accuracy_alone"] = worst.Accuracy,
                ["skill_of_all_others"] = others,
                ["measure"] = audit.IsClassification ? "share of log loss removed, out of fold" : "R2, out of fold",
            }, "Find out whether its value is known when a prediction is due; if it is written afterwards, it must not be a feature. It was set aside for all checks below.");
    }

    // What a column explains alone and all others together: of the target, and of each class against the rest.
    private readonly record struct Aspect(string Of, double Alone, double Others, double Accuracy, bool IsWhole);

    private static Aspect[] Aspects(Audit audit, FeatureSkill alone, (double Whole, double[] OfClass) others)
    {
        var aspects = new List<Aspect> { new("the target", alone.Skill, others.Whole, alone.Accuracy, IsWhole: true) };
        var counts = audit.IsClassification && alone.OfClass.Count > 2 ? audit.Everything.ClassCounts() : [];
        for (var k = 0; k < counts.Length; k++)
            if (counts[k] >= FewestRowsOfClass)
                aspects.Add(new($"class '{audit.Everything.ClassNames[k]}'", alone.OfClass[k], others.OfClass[k], double.NaN, IsWhole: false));
        return [.. aspects];
    }

    private static double Strongest(Audit audit, FeatureSkill skill) => Aspects(audit, skill, (0, new double[skill.OfClass.Count])).Max(a => a.Alone);

    // Below this a column is far from giving the target; real dominant features reach it, hence the comparison with all others.
    private static double Threshold(Audit audit) => audit.IsClassification ? 0.45 : 0.85;

    // The margins were set on three dozen clean tables: real features that come in redundant pairs (iris' petals) lose their rivals when taken away
    // together, so several at once need a wider margin unless one of them leaks by itself, and one class of many counts only then.
    private static bool Leaks(Audit audit, Aspect aspect, int taken, int leaking)
    {
        var (alone, margin) = (aspect.Alone, aspect.Alone - aspect.Others);
        var joins = leaking == taken - 1;
        if (!audit.IsClassification)
            return (alone >= 0.85 && margin >= 0.15) || (alone >= 0.98 && margin >= 0.05) || alone >= 0.999;
        if (!aspect.IsWhole)
            return joins && alone >= 0.6 && margin >= 0.25;
        return (alone >= (leaking > 0 ? 0.45 : 0.5) && margin >= (joins ? 0.3 : 0.4)) || (alone >= 0.85 && margin >= 0.12) || (aspect.Accuracy >= 0.995 && alone >= 0.97);
    }

    private static List<(TableColumn Column, FeatureSkill Skill)> Skills(Audit audit, CancellationToken cancellation)
    {
        var folds = Ballast.Learning.Tabular.Folds.Plain(audit.Positions.Length, Folds, audit.Options.Seed);
        var columns = audit.Features().Where(c => c.DistinctCount < audit.Positions.Length / 2 || RowsHaveDistances(c)).ToArray();
        var skills = new FeatureSkill[columns.Length];
        Parallel.For(0, columns.Length, new ParallelOptions { CancellationToken = cancellation }, c => skills[c] = audit.IsClassification
            ? SingleFeatureSkill.ForClasses(columns[c], audit.Positions, audit.Everything.Labels.Span, audit.Everything.ClassCount, folds, Folds)
            : SingleFeatureSkill.ForTargets(columns[c], audit.Positions, audit.Everything.Targets.Span, folds, Folds));
        return [.. columns.Zip(skills)];
    }

    // A category that is new in every other row cannot be binned; numbers and dates can.
    private static bool RowsHaveDistances(TableColumn column) => column.Kind is ColumnKind.Numeric or ColumnKind.Date;

    private static (double Whole, double[] OfClass) SkillOfOthers(Audit audit, HashSet<string> without, CancellationToken cancellation)
    {
        var features = audit.Features().Select(c => c.Name).Where(name => !without.Contains(name)).ToHashSet();
        if (features.Count == 0)
            return (0, new double[audit.Everything.ClassCount]);
        var data = audit.Everything.SelectColumns([.. Enumerable.Range(0, audit.Everything.Width).Where(j => features.Contains(audit.Everything.Columns[j].Name))]);
        if (data.Count > MostRows)
            data = data.Select(RandomStream.For(audit.Options.Seed, "leakage/rows").SampleWithoutReplacement(data.Count, MostRows));
        var options = new BoostedTreesOptions { Iterations = 60, Leaves = 15, Seed = audit.Options.Seed };
        if (!audit.IsClassification)
        {
            var folds = Ballast.Learning.Tabular.Folds.Plain(data.Count, Folds, audit.Options.Seed);
            return (Skill.R2(data.Targets.Span, CrossValidation.OutOfFold(new BoostedTreesRegressor(options), data, folds, cancellation: cancellation)), []);
        }
        var foldOfRow = Ballast.Learning.Tabular.Folds.Stratified(data.Labels.Span, data.ClassCount, Folds, audit.Options.Seed);
        var predictions = CrossValidation.OutOfFold(new BoostedTrees(options), data, foldOfRow, cancellation: cancellation);
        return (Skill.OfProbabilities(data.Labels.Span, predictions), Skill.OfEachClass(data.Labels.Span, predictions));
    }
}
