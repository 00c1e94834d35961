using Ballast.Cli.Commands.Robustness;
using Ballast.Cli.Reports;
using Ballast.Core;
using Ballast.Learning.Adversarial;
using Ballast.Numerics.Intervals;
using static TorchSharp.torch;

namespace Ballast.Cli.Checks;

/// <summary>What is left of a given network's accuracy, by class, when the numbers it sees are a little off: at random, and at worst (PGD).</summary>
/// <remarks>
/// Changes of at most a tenth of a column's standard deviation, within the column's range; columns of few distinct values are codes and stay. The worst case is an estimate from above
/// (<see cref="RobustAccuracy"/>). Silent where no network was given, or one that answers otherwise than the model that was judged.
/// </remarks>
internal sealed class RobustnessCheck : ICheck
{
    private const double Radius = 0.1;
    private const int MostRows = 1000, Draws = 5, FewestValues = 10, FewestOfClass = 20;

    public string Id => "robustness";

    public void Run(Audit audit, CancellationToken cancellation)
    {
        if (audit.Options.Model is not { } path || audit.GivenInputs is not { } inputs || inputs.Features.Span.ContainsAnyExceptInRange(float.MinValue, float.MaxValue) || Open(path) is not { } model)
            return;
        using var owned = model;
        if (model.InputShape is not [var width] || width != inputs.Width || model.Outputs != audit.Judged!.Data.ClassCount)
            return;
        var rows = audit.TrustedRows();
        if (rows.Length > MostRows)
            rows = [.. RandomStream.For(audit.Options.Seed, "robustness/rows").SampleWithoutReplacement(rows.Length, MostRows).Select(i => rows[i]).Order()];
        var columns = new MovableColumns(inputs, rows, FewestValues);
        if (columns.Names.Count == 0 || !Agrees(model, inputs, rows, audit.Judged.OutOfFold.PredictedClasses()))
            return;
        using var standardized = new NormalizedModel(model.Module, columns.Back);
        var worst = new RobustAccuracy([new NamedAttack("pgd", new Pgd(columns.Threat(Radius)), AttackLoss.CrossEntropy)]) { Seed = audit.Options.Seed }
            .Measure(standardized, columns.Data, cancellation: cancellation);
        Tell(audit, worst, NoiseAccuracy.Measure(standardized, columns.Data, columns.Threat(Radius), Draws, audit.Options.Seed, cancellation), columns);
    }

    private void Tell(Audit audit, RobustAccuracyReport worst, double[] noisy, MovableColumns columns)
    {
        var names = audit.Judged!.Data.ClassNames;
        int[] right = [.. Enumerable.Range(0, worst.Samples.Count).Where(i => worst.Samples[i].Outcome is AttackOutcome.Survived or AttackOutcome.Broken)];
        if (right.Length == 0)
            return;
        var turned = Share(Math.Max(0, right.Sum(i => 1 - noisy[i])), right.Length);
        var broken = BinomialInterval.WilsonEstimate(right.Count(i => worst.Samples[i].Outcome == AttackOutcome.Broken), right.Length);
        int[] present = [.. Enumerable.Range(0, names.Count).Where(k => worst.CountOf(k) > 0)];
        Estimate NoisyOf(int k) => Share(Enumerable.Range(0, noisy.Length).Where(i => worst.Samples[i].Label == k).Sum(i => noisy[i]), worst.CountOf(k));
        var evidence = new Dictionary<string, object>
        {
            ["radius_in_standard_deviations"] = Radius,
            ["columns_moved"] = columns.Names,
            ["rows_judged"] = worst.Samples.Count,
            ["accuracy"] = worst.Clean,
            ["accuracy_under_noise"] = Share(noisy.Sum(), noisy.Length),
            ["accuracy_under_attack"] = worst.Robust,
            ["right_answers_turned_by_noise"] = turned,
            ["right_answers_broken_by_attack"] = broken,
            ["accuracy_by_class"] = present.ToDictionary(k => names[k], k => (object)worst.CleanOf(k)),
            ["accuracy_under_noise_by_class"] = present.ToDictionary(k => names[k], k => (object)NoisyOf(k)),
            ["accuracy_under_attack_by_class"] = present.ToDictionary(k => names[k], k => (object)worst.RobustOf(k)),
        };
        var worse = Hit(worst, right, broken, present);
        var who = worse is { } k ? $" Class '{names[k]}' is hit hardest: {Figures.Percent(worst.CleanOf(k).Value)} right as it is, {Figures.Percent(worst.RobustOf(k).Value)} under attack." : "";
        var severity = turned.Interval.Low >= 0.15 ? Severity.High : turned.Interval.Low >= 0.07 || broken.Interval.Low >= 0.5 ? Severity.Medium : broken.Interval.Low >= 0.25 || worse is not null ? Severity.Low : (Severity?)null;
        if (severity is { } level)
            audit.Report(Id, level,
                $"Small changes of its numbers turn the model's right answers: random ones of at most {Radius} standard deviations {Figures.Percent(turned.Value)}, the worst ones found {Figures.Percent(broken.Value)}.{who}",
                columns.Names, [], evidence, $"Train with noise or against such changes (train --model-kind mlp --method pgd --eps {Radius}), or with more weight decay; 'attack' tells which rows survive.");
        else
            audit.Note($"Random changes of at most {Radius} standard deviations in each number turn {Figures.Percent(turned.Value)} of the given model's right answers, the worst ones found (PGD) {Figures.Percent(broken.Value)}.");
    }

    // The class that attacks break most, where its interval lies above that of all by a tenth or more.
    private static int? Hit(RobustAccuracyReport worst, int[] right, Estimate all, int[] present)
    {
        var shares = present.Select(k => (Class: k, Own: right.Where(i => worst.Samples[i].Label == k).ToArray()))
            .Where(item => item.Own.Length >= FewestOfClass)
            .Select(item => (item.Class, Share: BinomialInterval.WilsonEstimate(item.Own.Count(i => worst.Samples[i].Outcome == AttackOutcome.Broken), item.Own.Length))).ToArray();
        return shares.Length > 0 && shares.MaxBy(item => item.Share.Value) is var hit && hit.Share.Interval.Low > all.Interval.High + 0.1 ? hit.Class : null;
    }

    private static Estimate Share(double count, int rows) => new(count / rows, BinomialInterval.Wilson(count, rows), rows);

    // The network must say what ONNX Runtime says of the whole file, which may order classes or prepare columns in its own way.
    private static bool Agrees(ScoringModel model, Dataset inputs, int[] rows, int[] judged)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var chosen = inputs.Select(rows);
        var predicted = model.Module.call(tensor(chosen.Features.ToArray()).reshape(chosen.Count, chosen.Width)).argmax(1).data<long>().ToArray();
        return predicted.Zip(rows).Count(pair => pair.First == judged[pair.Second]) >= 0.99 * rows.Length;
    }

    // Most ONNX models are no such networks (trees, pipelines): that is no fault of theirs.
    private static ScoringModel? Open(string path)
    {
        try
        {
            return ScoringModel.Open(path);
        }
        catch (Exception error) when (error is DataFormatException or NotSupportedException or ArgumentException)
        {
            return null;
        }
    }
}
