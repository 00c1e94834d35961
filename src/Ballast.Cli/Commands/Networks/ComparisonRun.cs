using Ballast.Cli.Reports;
using Ballast.Cli.Shell;
using Ballast.Core;
using Ballast.Data.Splitting;
using Ballast.Evaluation.Metrics;
using Ballast.Learning.LongTail;
using Ballast.Learning.Tabular;
using Spectre.Console;

namespace Ballast.Cli.Commands.Networks;

/// <summary><c>train --compare</c>: several losses, samplers and methods on the same split and seeds, each with per-class recall, balanced accuracy and macro F1.</summary>
internal static class ComparisonRun
{
    // Trainings at a time: each holds a network and its activations.
    private const int MostTrainings = 8;

    public static int OfImages(CommandSession session, ImageJob job, NetworkChoices choices, IReadOnlyList<string> candidates, int seeds)
    {
        if (job.From is not null)
            throw new ArgumentException("--compare starts every network anew; it does not go with --from.");
        ImageNetworks.Check(job.Network);
        var parsed = Parse(candidates);
        var images = PreparedImages.Read(session, job);
        return Run(session, parsed, images.Split, new LongTailComparisonOptions
        {
            Network = seed => ImageNetworks.Named(job.Network, images.Shape, images.Train.ClassCount).Create(seed),
            Train = images.Train,
            Validation = images.Validation,
            Test = images.Test,
            Groups = GroupsOf(images.Train),
            Trainer = choices.Trainer with { Transform = images.Transform(job) },
            Seeds = [.. Enumerable.Range(session.Seed, seeds)],
        });
    }

    public static int OfTable(CommandSession session, Dataset data, TabularArchitecture architecture, SplitFractions fractions, NetworkChoices choices, IReadOnlyList<string> candidates, int seeds)
    {
        var parsed = Parse(candidates);
        var split = DataSplit.Of(data, fractions, session.Seed);
        foreach (var note in split.Notes)
            session.Warn(note);
        var encoding = NetworkEncoding.Learn(split.Train, Enumerable.Repeat(1f, split.Train.Count).ToArray());
        if (encoding.Shape.Width == 0)
            throw new ArgumentException("No feature varies over the training rows: there is nothing to learn from.");
        var options = choices.ForTable(architecture);
        return Run(session, parsed, split, new LongTailComparisonOptions
        {
            Network = seed => options.ConfigurationFor(encoding.Shape, data.ClassCount).Create(seed),
            Train = encoding.Apply(split.Train),
            Validation = split.Validation.Count == 0 ? null : encoding.Apply(split.Validation),
            Test = encoding.Apply(split.Test),
            Groups = GroupsOf(split.Train),
            Trainer = options.TrainerFor(split.Train.Count, watched: false),
            Seeds = [.. Enumerable.Range(session.Seed, seeds)],
        });
    }

    private static LongTailCandidate[] Parse(IReadOnlyList<string> candidates)
    {
        LongTailCandidate[] parsed = [.. candidates.SelectMany(text => text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)).Select(LongTailCandidate.Parse)];
        return parsed.Length > 1 ? parsed : throw new ArgumentException("--compare needs at least two candidates, such as: --compare ce balanced-softmax ce+crt");
    }

    // The field's bounds where the classes reach across them, and otherwise thirds of the classes.
    private static ShotGroups GroupsOf(Dataset train)
    {
        var counts = train.ClassCounts();
        return counts.Any(count => count < 20) && counts.Any(count => count > 100) ? ShotGroups.ByCount(counts) : ShotGroups.Thirds(counts);
    }

    private static int Run(CommandSession session, LongTailCandidate[] candidates, DataSplit split, LongTailComparisonOptions options)
    {
        if (split.Test.Count == 0)
            throw new ArgumentException("--compare judges on test rows: give --test a share above 0.");
        var (groups, seeds, counts) = (options.Groups, options.Seeds.Count, split.Train.ClassCounts());
        var trainings = Math.Clamp(Environment.ProcessorCount / options.Trainer.Threads, 1, MostTrainings);
        var results = LongTailComparison.Run(candidates, options with { Parallelism = trainings }, session.Progress, session.Cancellation);
        foreach (var result in results)
            session.Record.Metric($"balanced_accuracy[{result.Candidate.Name}]", result.BalancedAccuracy.Value);
        session.Show(
            new
            {
                rows = new { train = split.Train.Count, validation = split.Validation.Count, test = split.Test.Count },
                seeds,
                groups = Enum.GetValues<Shot>().ToDictionary(KeyOf, shot => groups.Of(shot).Select(k => split.Train.ClassNames[k])),
                candidates = results.Select(result => new
                {
                    name = result.Candidate.Name,
                    result.BalancedAccuracy,
                    result.MacroF1,
                    recall = Enumerable.Range(0, counts.Length).ToDictionary(k => split.Train.ClassNames[k], result.Recall),
                    shots = Enum.GetValues<Shot>().Where(shot => result[shot] is not null).ToDictionary(KeyOf, shot => result[shot]),
                    notes = result.Runs.Select(run => run.Note).Where(note => note is not null).Distinct(),
                }),
            },
            console => Print(console, results, split, groups, seeds));
        return ExitCode.Done;
    }

    private static string KeyOf(Shot shot) => shot.ToString().ToLowerInvariant();

    private static void Print(IAnsiConsole console, IReadOnlyList<CandidateResult> results, DataSplit split, ShotGroups groups, int seeds)
    {
        console.WriteLine($"{Figures.Count(split.Train.Count)} training and {Figures.Count(split.Test.Count)} test rows, {Figures.Count(seeds, "seed", "seeds")}; intervals are {(seeds > 1 ? "Student's over seeds" : "bootstrap intervals over test rows")}.");
        var counts = split.Train.ClassCounts();
        var table = new Table { Border = TableBorder.Minimal };
        table.AddColumn("");
        foreach (var result in results)
            table.AddColumn(Markup.Escape(result.Candidate.Name));
        Row("balanced accuracy", result => result.BalancedAccuracy);
        Row("macro F1", result => result.MacroF1);
        // Where all classes are one group, its recall is the balanced accuracy.
        var parted = Enum.GetValues<Shot>().Where(shot => groups.Of(shot).Count > 0).ToArray();
        if (parted.Length > 1)
            foreach (var shot in parted)
                Row($"recall, classes of {KeyOf(shot)} rows", result => result[shot]);
        for (var k = 0; k < counts.Length; k++)
        {
            var index = k;
            Row($"recall of {split.Train.ClassNames[k]} (n={Figures.Count(counts[k])})", result => result.Recall(index));
        }
        console.Write(table);
        foreach (var note in results.SelectMany(result => result.Runs.Select(run => run.Note).Where(note => note is not null).Distinct().Select(note => $"{result.Candidate.Name}: {note}")))
            console.WriteLine(note);

        void Row(string name, Func<CandidateResult, Estimate?> of) => table.AddRow(
            [Markup.Escape(name), .. results.Select(result => of(result) is { } figure ? Markup.Escape($"{figure.Value:0.000} [{figure.Interval.Low:0.000}, {figure.Interval.High:0.000}]") : Figures.Unknown)]);
    }
}
