using Ballast.Evaluation.Slices;
using Ballast.Evaluation.Slices.Language;
using Ballast.Evaluation.Slices.Repair;
using Ballast.Learning.Networks;
using Ballast.Learning.Objectives;
using Ballast.Learning.Training;
using Ballast.Learning.Training.Optimization;
using static TorchSharp.torch;

namespace Ballast.Reproductions.Language;

/// <summary>One seed: a perceptron that leans on brightness, found out and repaired.</summary>
/// <param name="Report">Of the validation rows.</param>
/// <param name="Ladder">Before and after the repair, on the test rows.</param>
/// <param name="Others">Worst group's accuracy of other heads, by name.</param>
/// <param name="SlicesOnOtherHalf">Slices found on half of the validation rows, and those of them that the other half confirms.</param>
internal sealed record BiasRun(LadderReport Report, RepairReport Ladder, IReadOnlyDictionary<string, double> Others, (int Found, int Confirmed) SlicesOnOtherHalf)
{
    public static BiasRun Of(Digits digits, double validationAgreement, int seed, CancellationToken cancellation)
    {
        var (train, validation, test) = BrightDigits.Split(digits, validationAgreement, seed);
        using var scope = NewDisposeScope();
        using var network = new Mlp(train.Data.Width, [32], train.Data.ClassCount, seed);
        new Trainer(new TrainerOptions { Epochs = 60, BatchSize = 64, Optimizer = new AdamOptions { LearningRate = 3e-3 }, Seed = seed })
            .Train(network, new SupervisedObjective(new CrossEntropyLoss()), train.Data, cancellation: cancellation);
        var (rows, unseen) = (Input(network, validation), Input(network, test));
        var (groups, unseenGroups) = (validation.Data.Groups, test.Data.Groups);

        var input = new LadderInput(rows) { RowIds = validation.Data.RowIds };
        var options = new LadderOptions { Penalty = 10, Percentile = 50, Seed = seed };
        var report = new Ladder(options).FindAsync(input, cancellation: cancellation).GetAwaiter().GetResult();
        var repair = SliceMitigation.RetrainLastLayer(report, rows, cancellation: cancellation);
        var measured = RepairReport.Measure(report, unseen, repair.Ensemble?.Predict(unseen.Representations.Span) ?? unseen.Predictions.ToArray(), unseenGroups.Span);

        var others = new Dictionary<string, LastLayer>
        {
            ["whole split"] = ComparisonHeads.WholeSplit(rows, cancellation: cancellation),
            ["known groups"] = ComparisonHeads.GroupBalanced(rows, groups.Span, cancellation: cancellation),
            ["trained twice"] = ComparisonHeads.JustTrainTwice(rows, [.. report.Slices.Select(slice => slice.Slice)], cancellation: cancellation),
        };
        if (report.Slices.Count > 0)
            others["robust, pseudo-groups"] = ComparisonHeads.GroupRobust(rows, ComparisonHeads.PseudoGroups(report.Slices[0].Hypothesis, rows), cancellation: cancellation);
        var search = new LanguageSearch(input, options);
        var halves = new SliceFinder(new SliceFinderOptions { Seed = seed, MinimumRows = 20 }).Find(search, input.RowIds, rows.Errors(), cancellation);
        return new BiasRun(
            report, measured, others.ToDictionary(pair => pair.Key, pair => RepairReport.Measure(report, unseen, Decide(pair.Value, unseen), unseenGroups.Span).WorstGroup!.Value.After.Value),
            (halves.Tested, halves.Slices.Count));
    }

    private static SliceInput Input(Network network, BrightDigits part)
    {
        using var scope = NewDisposeScope();
        var features = Inference.Features(network, part.Data).to(float64).data<double>().ToArray();
        return new SliceInput(part.Data.Labels, Inference.Classes(network, part.Data), features, part.Data.ClassNames, part.Captions);
    }

    private static int[] Decide(LastLayer layer, SliceInput rows)
    {
        var probabilities = layer.Probabilities(rows.Representations.Span);
        return [.. Enumerable.Range(0, rows.Count).Select(i => probabilities[2 * i + 1] > probabilities[2 * i] ? 1 : 0)];
    }
}
