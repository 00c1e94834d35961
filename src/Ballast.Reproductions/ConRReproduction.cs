using Ballast.Core;
using Ballast.Data.Images;
using Ballast.Evaluation.Metrics;
using Ballast.Learning.Networks;
using Ballast.Learning.Regression;
using Ballast.Learning.Training;
using Ballast.Learning.Training.Optimization;
using Ballast.Learning.Training.Schedules;
using Ballast.Numerics.Intervals;
using Ballast.Reproductions.Regression;

namespace Ballast.Reproductions;

/// <summary>Contrastive regularisation for imbalanced regression (Keramati et al. 2024): how far a boot is turned, when angles far from 15 degrees are rare.</summary>
/// <remarks>A perceptron 196-128-64-1 on two noisy views, L1, Adam 1e-3 with weight decay 1e-4, batches of 64, 60 epochs with cuts at 70 and 90%; errors are mean absolute errors in degrees, angle by angle.</remarks>
public sealed class ConRReproduction : IReproduction
{
    private const int Epochs = 60;
    private const int Repetitions = 6;
    private const int FewRepetitions = 2;
    private const double Temperature = 0.2;

    private static readonly Setting plain = new("L1", Beta: 0), plainConR = new("L1 + ConR beta 10", 10),
        smoothed = new("LDS", 0) { Lds = true }, smoothedConR = new("LDS + ConR beta 10", 10) { Lds = true };

    private static readonly Setting[] settings =
    [
        plain, plainConR, smoothed, smoothedConR,
        new("LDS + ConR beta 4", 4) { Lds = true, Repetitions = FewRepetitions },
        new("LDS + ConR beta 4, e .1", 4) { Lds = true, Pushing = 0.1, Repetitions = FewRepetitions },
        new("balanced MSE (BMC), s from 1", 0) { NoiseVariance = 1, Repetitions = FewRepetitions },
        new("balanced MSE (BMC), s from 8", 0) { NoiseVariance = 64, Repetitions = FewRepetitions },
        new("L1 + RankSim, weight 1", 0) { RankWeight = 1, Repetitions = FewRepetitions },
        new("L1 + RankSim, weight 100", 0) { RankWeight = 100, Repetitions = FewRepetitions },
        new("L1 + FDS", 0) { Fds = true, Repetitions = FewRepetitions },
    ];

    /// <inheritdoc/>
    public string Slug => "conr";

    /// <inheritdoc/>
    public IReadOnlyList<ClaimResult> Run(ReproductionContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        if (FashionMnist.Find() is not { } installed)
            return [new("ConR lowers the error of every range of labels beside label smoothing", "-", "-", ClaimOutcome.Skipped, FashionMnist.AbsentReason)];
        var boots = RotatedBoots.Make(installed, context.Cancellation);
        var errors = Measure(boots, context);
        double[] Means(Setting setting) => [.. Enumerable.Range(0, 4).Select(column => errors[setting].Average(row => row[column]))];
        var (without, with, l1, l1ConR) = (Means(smoothed), Means(smoothedConR), Means(plain), Means(plainConR));
        double Change(double[] a, double[] b, int column) => b[column] / a[column] - 1;
        var groups = ShotGroups.ByCount(boots.Counts, many: 19, few: 8);
        return
        [
            new("Beside LDS, ConR (beta 10, e .01) lowers the error of all labels by at least 2%, of median ones by at least 3%, and of many and few as well",
                "2.848/1.720/2.325/3.450 against 2.986/1.781/2.580/3.606 (all/many/median/few), six seeds of the specification's prototype",
                $"{Row(smoothedConR, errors)} against {Row(smoothed, errors)}; changes {string.Join("/", Enumerable.Range(0, 4).Select(c => $"{Change(without, with, c):+0.0%;-0.0%}"))}; paired difference of all {Paired(errors[smoothedConR], errors[smoothed])}",
                Outcome(Change(without, with, 0) <= -0.02 && Change(without, with, 2) <= -0.03 && Change(without, with, 1) < 0 && Change(without, with, 3) < 0), $"{Repetitions} seeds, t = {Temperature}, w = 1"),
            new("On plain L1, ConR raises neither the error of many nor of median labels by more than 3%",
                "1.355/2.375 against 1.417/2.572 (many/median)",
                $"{Row(plainConR, errors)} against {Row(plain, errors)}; many {Change(l1, l1ConR, 1):+0.0%;-0.0%}, median {Change(l1, l1ConR, 2):+0.0%;-0.0%}",
                Outcome(Change(l1, l1ConR, 1) <= 0.03 && Change(l1, l1ConR, 2) <= 0.03), $"{Repetitions} seeds"),
            new("Without re-weighting, ConR does not help the rarest labels here", "4.12 against 3.96",
                $"few {l1ConR[3]:0.000} against {l1[3]:0.000} ({Change(l1, l1ConR, 3):+0.0%;-0.0%}), paired difference {Paired(errors[plainConR], errors[plain], column: 3)}", ClaimOutcome.Reported, $"{Repetitions} seeds; nothing is claimed"),
            .. settings.Where(setting => setting.Repetitions == FewRepetitions).Select(setting => new ClaimResult(
                setting.Name, Prototype(setting), Row(setting, errors), ClaimOutcome.Reported, $"{FewRepetitions} seeds")),
            new("Training images and angles", "892 images; 37 angles with fewer than 8",
                $"{boots.Train.Count} images; {groups.Of(Shot.Many).Count} angles with 20 or more, {groups.Of(Shot.Medium).Count} between, {groups.Of(Shot.Few).Count} with fewer than 8",
                Outcome(boots.Train.Count == 892 && groups.Of(Shot.Few).Count == 37)),
        ];
    }

    private static string Prototype(Setting setting) => setting.Name switch
    {
        "LDS + ConR beta 4" => "2.916/1.717/2.460/3.541",
        "LDS + ConR beta 4, e .1" => "2.849/1.698/2.388/3.452",
        "balanced MSE (BMC), s from 1" or "balanced MSE (BMC), s from 8" => "3.141/1.827/2.784/3.802, s not stated",
        _ => "no figure",
    };

    private static Dictionary<Setting, double[][]> Measure(RotatedBoots boots, ReproductionContext context)
    {
        var runs = settings.SelectMany(setting => Enumerable.Range(0, setting.Repetitions).Select(r => (Setting: setting, Repetition: r))).ToArray();
        var errors = settings.ToDictionary(setting => setting, setting => new double[setting.Repetitions][]);
        var done = 0;
        Parallel.ForEach(runs, new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount, CancellationToken = context.Cancellation }, run =>
        {
            using var threads = TorchThreads.Use(1);
            errors[run.Setting][run.Repetition] = Train(boots, run.Setting, context.Seed + run.Repetition, context.Cancellation);
            context.Progress?.Report(new ProgressUpdate(run.Setting.Name, (double)Interlocked.Increment(ref done) / runs.Length));
        });
        return errors;
    }

    /// <summary>Mean absolute error over all, many, median and few labels.</summary>
    private static double[] Train(RotatedBoots boots, Setting setting, int seed, CancellationToken cancellation)
    {
        using var network = new Mlp(196, [128, 64], 1, seed);
        using var objective = setting.Objective(seed);
        new Trainer(new TrainerOptions
        {
            Epochs = Epochs,
            BatchSize = 64,
            Views = 2,
            Transform = new NoisyViews(0.1f),
            Optimizer = new AdamOptions { LearningRate = 1e-3, WeightDecay = 1e-4 },
            Schedule = new MultiStepRate([Epochs * 7 / 10, Epochs * 9 / 10]),
            Seed = seed,
        }).Train(network, objective, setting.Lds ? LabelDistributionSmoothing.Apply(boots.Train) : boots.Train, cancellation: cancellation);
        objective.Scale.FoldInto(network);
        using var outputs = Inference.Logits(network, boots.Test, cancellation: cancellation);
        var report = RegressionShotReport.Build(
            boots.Test.Targets.Span, Array.ConvertAll(outputs.data<float>().ToArray(), value => (double)value),
            LabelBins.Whole(0, RotatedBoots.Angles - 1), ShotGroups.ByCount(boots.Counts, many: 19, few: 8), bootstrap: new BootstrapOptions { Draws = 2, MaxThreads = 1 }, cancellation: cancellation);
        return [report.All.MeanAbsoluteError.Value, .. new[] { Shot.Many, Shot.Medium, Shot.Few }.Select(shot => report[shot]!.MeanAbsoluteError.Value)];
    }

    private static string Row(Setting setting, Dictionary<Setting, double[][]> errors) =>
        string.Join("/", Enumerable.Range(0, 4).Select(column => $"{errors[setting].Average(row => row[column]):0.000}"))
        + $" (sd of all {MeanInterval.Deviation([.. errors[setting].Select(row => row[0])]):0.000})";

    private static string Paired(double[][] own, double[][] other, int column = 0)
    {
        var difference = MeanInterval.Student([.. own.Zip(other, (a, b) => a[column] - b[column])]);
        return $"{difference.Value:+0.000;-0.000} [{difference.Interval.Low:+0.000;-0.000}, {difference.Interval.High:+0.000;-0.000}]";
    }

    private static ClaimOutcome Outcome(bool holds) => holds ? ClaimOutcome.Holds : ClaimOutcome.DoesNotHold;

    /// <summary>One row of the table.</summary>
    private sealed record Setting(string Name, double Beta)
    {
        public double Pushing { get; init; } = 0.01;

        public bool Lds { get; init; }

        public bool Fds { get; init; }

        public double RankWeight { get; init; }

        public double? NoiseVariance { get; init; }

        public int Repetitions { get; init; } = ConRReproduction.Repetitions;

        public RegressionObjective Objective(int seed)
        {
            RegressionLoss loss = NoiseVariance is { } variance ? BalancedMseLoss.Bmc(variance) : new AbsoluteErrorLoss();
            RegularizerTerm[] terms =
            [
                .. Beta > 0 ? [new RegularizerTerm(new ConRLoss(window: 1, Temperature, Pushing), Beta)] : Array.Empty<RegularizerTerm>(),
                .. RankWeight > 0 ? [new RegularizerTerm(new RankSimLoss(seed: seed), RankWeight)] : Array.Empty<RegularizerTerm>(),
            ];
            return new RegressionObjective(loss, terms)
            {
                Scale = new OutputScale(10, 30),
                FeatureSmoothing = Fds ? new FdsOptions(LabelBins.Whole(0, RotatedBoots.Angles - 1)) : null,
            };
        }
    }
}
