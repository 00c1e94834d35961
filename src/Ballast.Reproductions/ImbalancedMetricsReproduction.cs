using Ballast.Core;
using Ballast.Data.Reading;
using Ballast.Evaluation.Metrics;
using Ballast.Learning.Tabular;
using Ballast.Numerics.Intervals;

namespace Ballast.Reproductions;

/// <summary>Which metric orders fraud detectors rightly when few rows are positive and labels are wrong; how far noise moves each; how to undo it.</summary>
/// <remarks>Kulatilleke and Samarakoon, arXiv 2208.11904: F1 and then g-mean is the best metric for typical fraud data.</remarks>
public sealed class ImbalancedMetricsReproduction : IReproduction
{
    private const string Rule = MetricStudy.F1ThenGMeanKey;

    /// <inheritdoc/>
    public string Slug => "imbalanced-metrics";

    /// <inheritdoc/>
    public IReadOnlyList<ClaimResult> Run(ReproductionContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        context.Progress?.Report(new ProgressUpdate("ordering pairs of models", 0));
        var study = MetricStudy.Run(new MetricStudyOptions { Seed = context.Seed }, context.Cancellation);
        context.Progress?.Report(new ProgressUpdate("inverting annotation noise", 0.4));
        return
        [
            .. Ordering(study), .. OtherMetrics(study), .. Ladder(study), Simulator(context.Seed), .. Inversion(context),
            .. RealData(context),
        ];
    }

    private static string Name(AnnotationErrorRates noise) => noise is { FalseAlarm: 0, Miss: 0 } ? "clean labels" : $"a={noise.FalseAlarm}, b={noise.Miss}";

    private static string Show(OrderingGrade grade) => $"{grade.Recall.Value:0.000}/{grade.FalsePositives.Value:0.000}";

    private static ClaimOutcome Outcome(bool holds) => holds ? ClaimOutcome.Holds : ClaimOutcome.DoesNotHold;

    private static IEnumerable<ClaimResult> Ordering(MetricStudyReport report)
    {
        string[] prototype = ["0.943/0.862", "0.885/0.831", "0.915/0.810", "0.843/0.766"];
        var (clean, last) = (report.Studies[0].Grades, report.Studies[^1].Grades);
        for (var s = 0; s < report.Studies.Count; s++)
        {
            var grades = report.Studies[s].Grades;
            var margin = grades[Rule].Worst - grades["accuracy"].Worst;
            var others = new[] { "gmean", "recall", "specificity" }.Max(metric => grades[metric].Worst);
            var holds = grades[Rule].Worst >= 0.73 && margin > (s == 0 ? 0.01 : 0.03) && grades[Rule].Worst - others > 0.2;
            yield return new ClaimResult(
                $"F1 then g-mean orders models rightly in both directions, better than accuracy and far better than g-mean, recall or specificity alone ({Name(report.Studies[s].Annotators)})",
                $"{prototype[s]} (recall/false positives; specification's prototype)",
                $"{Show(grades[Rule])}; accuracy {Show(grades["accuracy"])}, g-mean {Show(grades["gmean"])}, specificity {Show(grades["specificity"])}; 95% intervals about ±0.01",
                Outcome(holds));
        }
        var falls = report.Studies.Skip(1).All(noisy =>
            noisy.Grades["accuracy"].Recall.Value < clean["accuracy"].Recall.Value && noisy.Grades["specificity"].Recall.Value < 0.5);
        yield return new ClaimResult(
            "With noisy labels accuracy and specificity punish finding frauds that the annotators missed", "specificity .40/.45/.36, accuracy .716/.755/.609 (recall direction)",
            $"specificity {string.Join("/", report.Studies.Skip(1).Select(x => $"{x.Grades["specificity"].Recall.Value:0.000}"))}, accuracy {string.Join("/", report.Studies.Skip(1).Select(x => $"{x.Grades["accuracy"].Recall.Value:0.000}"))} against {clean["accuracy"].Recall.Value:0.000} clean",
            Outcome(falls), $"At a=0.001, b=0.3 F1 then g-mean still grades {last[Rule].Worst:0.000}.");
    }

    private static IEnumerable<ClaimResult> OtherMetrics(MetricStudyReport report)
    {
        string Worst(string metric) => string.Join(", ", report.Studies.Select(study => $"{study.Grades[metric].Worst:0.000}"));
        double LargestGap(string metric, string other) => report.Studies.Max(study => Math.Abs(study.Grades[metric].Worst - study.Grades[other].Worst));
        yield return new ClaimResult(
            "F1 and g-mean in that order is the best metric for typical fraud data", "the paper's claim, without figures",
            $"worst grades in four settings: F1 then g-mean {Worst(Rule)}; MCC {Worst("mcc")}; kappa {Worst("cohen_kappa")}; Fowlkes-Mallows {Worst("fowlkes_mallows")}; F0.5 {Worst("f0_5")}",
            ClaimOutcome.Reported,
            $"Among the best, not alone: MCC, kappa and Fowlkes-Mallows differ from it by at most {new[] { "mcc", "cohen_kappa", "fowlkes_mallows" }.Max(metric => LargestGap(metric, Rule)):0.000}, and F0.5 does better in {report.Studies.Count(study => study.Grades["f0_5"].Worst > study.Grades[Rule].Worst)} of {report.Studies.Count} settings. " +
            $"The g-mean tie-break changes a grade by at most {LargestGap(Rule, "f1"):0.0000} here: it matters where F1 ties, with few positives.");
    }

    private static IEnumerable<ClaimResult> Ladder(MetricStudyReport report)
    {
        var (clean, noisy) = (report.Studies[0].Ladder, report.Studies[2].Ladder);
        (string Metric, double Low, double High)[] expected =
            [("accuracy", 0.9963, 0.9980), ("specificity", 0.998, 0.998), ("f1", 0.002, 0.633), ("gmean", 0.045, 0.999), ("mcc", 0, 0.680), ("precision", 0.002, 0.464)];
        var holds = expected.All(item => Math.Abs(clean[item.Metric][0] - item.Low) < 6e-4 && Math.Abs(clean[item.Metric][^1] - item.High) < 6e-4)
            && Math.Abs(noisy["f1"][^1] - 0.538) < 6e-4 && Math.Abs(noisy["gmean"][^1] - 0.869) < 6e-4;
        yield return new ClaimResult(
            "From a useless to a perfect ranking at 0.2% false positives accuracy hardly moves, F1 and g-mean do; noise caps both",
            string.Join(", ", expected.Select(item => $"{item.Metric} {item.Low}->{item.High}")) + "; under a=0.0005, b=0.1 F1 ends at 0.538, g-mean at 0.869",
            string.Join(", ", expected.Select(item => $"{item.Metric} {clean[item.Metric][0]:0.0000}->{clean[item.Metric][^1]:0.0000}")) + $"; under noise {noisy["f1"][^1]:0.000} and {noisy["gmean"][^1]:0.000}",
            Outcome(holds), "Closed form: no spread.");
    }

    private static ClaimResult Simulator(int seed)
    {
        const long Rows = 100_000_000;
        var worst = 0.0;
        for (var distance = 0; distance < MetricStudy.LadderRungs; distance++)
            foreach (var noise in new MetricStudyOptions().Annotators)
            {
                var point = OperatingPoint.FromGaussianDistance(distance, 0.002);
                var prevalence = new MetricStudyOptions().Prevalence;
                var expected = AnnotationNoise.Apply(prevalence, point.Recall, point.FalsePositiveRate, noise.FalseAlarm, noise.Miss);
                var drawn = new NoisyEvaluationSimulator(Rows, prevalence, noise.FalseAlarm, noise.Miss).DrawCounts(point, RandomStream.For(seed, $"ladder {noise}", distance));
                foreach (var (share, count) in new[]
                {
                    (expected.TruePositives, drawn.TruePositives), (expected.FalsePositives, drawn.FalsePositives),
                    (expected.FalseNegatives, drawn.FalseNegatives), (expected.TrueNegatives, drawn.TrueNegatives),
                })
                    if (share > 0)
                        worst = Math.Max(worst, Math.Abs(count - share * Rows) / Math.Sqrt(share * (1 - share) * Rows));
            }
        return new ClaimResult(
            "The simulator draws from the closed form (100 million rows, every rung, four kinds of annotators)", "within 4 standard errors",
            $"largest of 112 deviations: {worst:0.00} standard errors", Outcome(worst < 4));
    }

    private static IEnumerable<ClaimResult> Inversion(ReproductionContext context)
    {
        const int Seeds = 50;
        var (prevalence, point, a, b) = (0.01, new OperatingPoint(0.8, 0.01), 0.001, 0.2);
        var simulator = new NoisyEvaluationSimulator(200_000, prevalence, a, b);
        var (recalls, rates, raw, covered) = (new double[Seeds], new double[Seeds], new double[Seeds], 0);
        for (var s = 0; s < Seeds; s++)
        {
            context.Cancellation.ThrowIfCancellationRequested();
            var rows = simulator.DrawRows(point, RandomStream.For(context.Seed, "inversion", s));
            var counts = BinaryCounts.FromScores(rows.Labels, rows.Scores, 0.5);
            var inverted = AnnotationNoise.Invert(counts, a, b, new BootstrapOptions { Seed = s });
            (recalls[s], rates[s], raw[s]) = (inverted.Recall!.Value.Value, inverted.FalsePositiveRate!.Value.Value, BinaryMetrics.From(counts)[BinaryMetric.Recall]);
            covered += inverted.Recall.Value.Interval.Contains(point.Recall) ? 1 : 0;
        }
        var holds = Math.Abs(recalls.Average() - 0.8) < 0.01 && Math.Abs(rates.Average() - 0.01) < 0.0005 && Math.Abs(raw.Average() - 0.8) > 0.05;
        yield return new ClaimResult(
            "Known annotation error rates give back the true recall and false positive rate", "t 0.798 (sd .013), f 0.00997 (sd .0002), raw recall 0.713",
            $"t {recalls.Average():0.000} (sd {Deviation(recalls):0.000}), f {rates.Average():0.00000} (sd {Deviation(rates):0.00000}), raw recall {raw.Average():0.000}; the 95% interval of t held it in {covered} of {Seeds} seeds",
            Outcome(holds));
    }

    private static double Deviation(double[] values)
    {
        var mean = values.Average();
        return Math.Sqrt(values.Sum(value => (value - mean) * (value - mean)) / (values.Length - 1));
    }

    private static List<ClaimResult> RealData(ReproductionContext context)
    {
        const string Claim = "Real loans (lending_club, Class = bad positive): boosted trees against logistic regression, every figure with its interval";
        var path = context.DataFolder is null ? null : Path.Combine(context.DataFolder, "tables", "lending_club.csv");
        if (path is null || !File.Exists(path))
            return [new ClaimResult(Claim, "none", "not measured", ClaimOutcome.Skipped, "tables/lending_club.csv is not in the data folder.")];

        context.Progress?.Report(new ProgressUpdate("training on real loans", 0.6));
        var table = TableReader.Read(path, cancellation: context.Cancellation);
        var coding = TargetCoding.Fit(table, "Class", TaskKind.Classification);
        string[] features = [.. table.Columns.Select(column => column.Name).Where(name => name != "Class")];
        var data = FeatureEncoder.Fit(table, features).Transform(table, coding).Data;
        var bad = coding.ClassNames.ToList().IndexOf("bad");
        var (train, test) = Split(data, 0.7, context.Seed);
        var labels = Array.ConvertAll(test.Labels.ToArray(), label => label == bad ? 1 : 0);
        var bootstrap = new BootstrapOptions { Seed = context.Seed };
        var scores = new IClassifier[] { new BoostedTrees(new BoostedTreesOptions { Seed = context.Seed }), new LogisticRegression() }
            .Select(algorithm => (algorithm.Name, Scores: algorithm.Fit(train, cancellation: context.Cancellation).Predict(test).Column(bad))).ToArray();
        var threshold = labels.Average();
        var results = new List<ClaimResult>();
        foreach (var (name, own) in scores)
        {
            var report = BinaryMetrics.FromScores(labels, own, threshold, bootstrap, context.Cancellation);
            results.Add(new ClaimResult(
                $"{Claim}: {name}, cut at the share of positives ({threshold:0.000})", "none",
                string.Join("; ", BinaryMetricNames.All.Select(metric => $"{metric.Key()} {Short(report[metric])}")
                    .Concat(RankingMetricNames.All.Where(metric => report[metric] is not null).Select(metric => $"{metric.Key()} {Short(report[metric]!.Value)}"))),
                ClaimOutcome.Reported, $"{labels.Sum()} positive of {labels.Length} test rows. {string.Join(' ', report.Notes)}".TrimEnd()));
        }
        int[] Decide(double[] own) => Array.ConvertAll(own, score => score >= threshold ? 1 : 0);
        var decided = DecisionComparison.Binary(labels, Decide(scores[0].Scores), Decide(scores[1].Scores), bootstrap, context.Cancellation);
        var ranked = ScoreComparison.Run(labels, scores[0].Scores, scores[1].Scores, bootstrap, context.Cancellation);
        results.Add(new ClaimResult(
            $"{Claim}: {scores[1].Name} minus {scores[0].Name}, paired", "none",
            string.Join("; ", decided.Where(item => item.Key != BinaryMetric.Prevalence).Select(item => $"{item.Key.Key()} {Short(item.Value)}").Concat(ranked.Select(item => $"{item.Key.Key()} {Short(item.Value)}"))),
            ClaimOutcome.Reported));
        return results;
    }

    private static string Short(Estimate estimate) => $"{estimate.Value:0.000} [{estimate.Interval.Low:0.000}, {estimate.Interval.High:0.000}]";

    private static (Dataset Train, Dataset Test) Split(Dataset data, double share, int seed)
    {
        var (train, test) = (new List<int>(), new List<int>());
        for (var k = 0; k < data.ClassCount; k++)
        {
            var rows = data.RowsOf(k);
            RandomStream.For(seed, "stratified split", k).Shuffle(rows.AsSpan());
            var cut = (int)Math.Round(share * rows.Length);
            train.AddRange(rows[..cut]);
            test.AddRange(rows[cut..]);
        }
        return (data.Select([.. train]), data.Select([.. test]));
    }
}
