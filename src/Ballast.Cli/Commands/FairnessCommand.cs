using System.CommandLine;
using Ballast.Cli.Reports;
using Ballast.Cli.Shell;
using Ballast.Core;
using Ballast.Data.Reading;
using Ballast.Evaluation.Fairness;
using Ballast.Numerics.Intervals;
using Spectre.Console;
using Table = Ballast.Data.Reading.Table;
using TableColumn = Ballast.Data.Reading.TableColumn;

namespace Ballast.Cli.Commands;

/// <summary><c>ballast fairness TABLE --prediction COL --group COL</c>: rates by group, the standard gaps, what shows over clients and inside them, and the accuracy left under limits.</summary>
internal static class FairnessCommand
{
    private static readonly double[] frontierLimits = [0.0001, 0.001, 0.01, 0.1, 1];

    public static Verb Create()
    {
        var table = new Argument<string>("TABLE") { Description = "Table with a prediction and a group for each row: csv, tsv, Parquet, JSON lines (also .gz)." };
        var prediction = new Option<string>("--prediction") { Description = "The column of decided classes, as predict writes it.", HelpName = "COL", DefaultValueFactory = _ => "prediction" };
        var group = new Option<string>("--group") { Description = "The column of groups to compare.", HelpName = "COL", Required = true };
        var target = new Option<string?>("--target") { Description = "The column of true classes; without it only the shares of decisions are compared.", HelpName = "COL" };
        var positive = new Option<string?>("--positive") { Description = "The decision that matters, such as approved; with two classes the rarer by default.", HelpName = "VALUE" };
        var client = new Option<string?>("--client") { Description = "The column of clients (sites, branches): disparity is split into what shows over all and inside each.", HelpName = "COL" };
        var frontier = new Option<bool>("--frontier") { Description = "The best accuracy left under limits on disparity; needs --target." };
        return new Verb("fairness", "Compare groups: rates, gaps, disparity over clients and inside them, each with its interval.", session => Run(
            session, new Job(session.Get(table)!, session.Get(prediction)!, session.Get(group)!, session.Get(target), session.Get(positive), session.Get(client), session.Get(frontier))))
        { table, prediction, group, target, positive, client, frontier };
    }

    private static int Run(CommandSession session, Job job)
    {
        if (job.Frontier && job.Target is null)
            throw new ArgumentException("--frontier needs --target: accuracy is judged by true classes.");
        var table = TableReader.Read(job.Table, progress: session.Progress, cancellation: session.Cancellation);
        session.Record.Data(DataFingerprint.Of(job.Table));
        var rows = Complete(session, table, job);
        var classes = Codes.Of(rows, [table[job.Prediction], .. job.Target is null ? [] : new[] { table[job.Target] }]);
        var groups = Codes.Of(rows, [table[job.Group]]);
        if (groups.Names.Length < 2)
            throw new DataFormatException(job.Table, $"one group, '{groups.Names[0]}'", "at least two groups", column: job.Group);
        var (decided, labels) = (classes.Values[0], job.Target is null ? [] : classes.Values[1]);
        var positive = Positive(job, classes, decided, labels);
        var rates = new GroupRates(groups.Values[0], groups.Names, decided, labels, positive);
        var gaps = GroupGaps.All(rates, seed: session.Seed);

        var clients = job.Client is null ? null : Codes.Of(rows, [table[job.Client]]);
        var joint = JointDistribution.FromRows(groups.Values[0], clients?.Values[0] ?? new int[rows.Length], decided, labels);
        var disparity = DisparityDecomposition.Compute(joint);
        var intervals = DisparityDecomposition.Intervals(joint, new BootstrapOptions { Seed = session.Seed, Draws = 200 }, session.Cancellation);
        var frontier = job.Frontier ? FairnessFrontier.Grid(joint, frontierLimits, clients is null ? [1] : frontierLimits, cancellation: session.Cancellation) : null;

        foreach (var gap in gaps)
            session.Record.Metric(gap.Name, gap.Difference.Value);
        session.Show(
            new
            {
                rows = rows.Length,
                positive = classes.Names[positive],
                groups = groups.Names.Select((name, z) => new { name, rates = Rates(rates, z) }),
                gaps = gaps.Select(gap => new { gap.Name, difference = gap.Difference, gap.High, gap.Low, gap.Ratio, gap.LeftOut }),
                disparity = new
                {
                    unit = "bits",
                    clients = clients?.Names,
                    disparity.Unique,
                    disparity.Redundant,
                    disparity.Masked,
                    disparity.Global,
                    disparity.Local,
                    disparity.GlobalNoiseFloor,
                    disparity.LocalNoiseFloor,
                    disparity.PerClient,
                    intervals,
                    sentences = disparity.Sentences(),
                },
                frontier = frontier?.Select(point => new { point.GlobalLimit, point.LocalLimit, point.Accuracy }),
            },
            console => Print(console, new Findings(rates, gaps, disparity, intervals, frontier, classes.Names[positive], clients is not null)));
        return ExitCode.Done;
    }

    // Rows in which anything compared is missing are left out and counted.
    private static int[] Complete(CommandSession session, Table table, Job job)
    {
        string[] names = [job.Prediction, job.Group, .. job.Target is null ? [] : new[] { job.Target }, .. job.Client is null ? [] : new[] { job.Client }];
        var columns = names.Select(name => table[name]).ToArray();
        int[] rows = [.. Enumerable.Range(0, table.RowCount).Where(row => columns.All(column => !column.IsMissing(row)))];
        if (rows.Length < table.RowCount)
            session.Warn($"{table.RowCount - rows.Length:N0} of {table.RowCount:N0} rows lack one of {string.Join(", ", names.Select(name => $"'{name}'"))} and were left out.");
        return rows.Length > 0 ? rows : throw new DataFormatException(job.Table, "no row with a value in each of " + string.Join(", ", names), "at least one");
    }

    private static int Positive(Job job, Codes classes, int[] decided, int[] labels)
    {
        if (job.Positive is { } asked)
        {
            var index = Array.IndexOf(classes.Names, asked);
            var hint = Spelling.Nearest(asked, classes.Names) is { } near ? $"; did you mean '{near}'?" : ".";
            return index >= 0 ? index : throw new ArgumentException($"No row of '{job.Prediction}' is '{asked}'{hint}");
        }
        if (classes.Names.Length != 2)
            throw new ArgumentException($"'{job.Prediction}' holds {classes.Names.Length} classes: name the decision that matters by --positive.");
        var judged = labels.Length > 0 ? labels : decided;
        return judged.Count(k => k == 1) * 2 <= judged.Length ? 1 : 0;
    }

    private static Dictionary<string, Estimate> Rates(GroupRates rates, int group) => Kinds(rates)
        .Select(kind => (kind, Counts: rates[kind, group])).Where(item => item.Counts.Trials > 0)
        .ToDictionary(item => Words(item.kind), item => BinomialInterval.WilsonEstimate(item.Counts.Successes, item.Counts.Trials));

    private static GroupRate[] Kinds(GroupRates rates) => rates.HasLabels ? Enum.GetValues<GroupRate>() : [GroupRate.Selection];

    private static string Words(GroupRate rate) => rate switch
    {
        GroupRate.Selection => "selection rate",
        GroupRate.TruePositive => "true positive rate",
        GroupRate.FalsePositive => "false positive rate",
        GroupRate.Precision => "precision",
        _ => "accuracy",
    };

    private static void Print(IAnsiConsole console, Findings found)
    {
        console.WriteLine($"'{found.Positive}' is the decision that counts as positive.");
        for (var z = 0; z < found.Rates.GroupNames.Count; z++)
        {
            console.WriteLine($"{found.Rates.GroupNames[z]}, {Figures.Count(found.Rates[GroupRate.Selection, z].Trials, "row", "rows")}:");
            foreach (var (name, estimate) in Rates(found.Rates, z))
                console.WriteLine($"  {name}  {estimate}");
        }
        console.WriteLine("Largest differences between groups:");
        foreach (var gap in found.Gaps)
        {
            console.WriteLine(double.IsNaN(gap.Difference.Value)
                ? $"  {gap.Name}  not defined: fewer than two groups have such rows"
                : $"  {gap.Name}  {gap.Difference} '{gap.High}' over '{gap.Low}'{(gap.Ratio is { } ratio ? $", ratio {ratio.Value:0.###} {ratio.Interval}" : "")}");
            if (gap.LeftOut.Count > 0)
                console.WriteLine($"    without {string.Join(", ", gap.LeftOut.Select(name => $"'{name}'"))}, where it is not defined");
        }
        console.WriteLine($"Disparity: {found.Disparity.Global:0.#####} bits over all{found.Intervals.Global}, noise floor {found.Disparity.GlobalNoiseFloor:0.#####}.");
        if (found.HasClients)
        {
            console.WriteLine($"  inside clients {found.Disparity.Local:0.#####} {found.Intervals.Local}, noise floor {found.Disparity.LocalNoiseFloor:0.#####}");
            console.WriteLine($"  unique {found.Disparity.Unique:0.#####} {found.Intervals.Unique}, redundant {found.Disparity.Redundant:0.#####} {found.Intervals.Redundant}, masked {found.Disparity.Masked:0.#####} {found.Intervals.Masked}");
            foreach (var sentence in found.Disparity.Sentences())
                console.WriteLine($"  {sentence}");
        }
        if (found.Frontier is not { } frontier)
            return;
        console.WriteLine("Best accuracy of any predictor under limits on disparity (a limit, not a model):");
        foreach (var point in frontier)
            console.WriteLine($"  over all at most {point.GlobalLimit} bits{(found.HasClients ? $", inside clients {point.LocalLimit}" : "")}: {point.Accuracy:0.0000}");
    }

    private sealed record Job(string Table, string Prediction, string Group, string? Target, string? Positive, string? Client, bool Frontier);

    private sealed record Findings(
        GroupRates Rates, IReadOnlyList<GroupGap> Gaps, DisparityDecomposition Disparity, DisparityIntervals Intervals, IReadOnlyList<FrontierPoint>? Frontier, string Positive, bool HasClients);

    // Columns that share their values (decisions and true classes), coded alike; names in ordinal order.
    private sealed record Codes(int[][] Values, string[] Names)
    {
        public static Codes Of(int[] rows, TableColumn[] columns)
        {
            string[] names = [.. columns.SelectMany(column => rows.Select(row => column.Text(row)!)).Distinct().Order(StringComparer.Ordinal)];
            var index = names.Select((name, i) => (name, i)).ToDictionary(pair => pair.name, pair => pair.i);
            return new Codes([.. columns.Select(column => rows.Select(row => index[column.Text(row)!]).ToArray())], names);
        }
    }
}
