using Ballast.Core;
using Ballast.Data.Reading;

namespace Ballast.Reproductions;

/// <summary>SMOTE (Chawla et al. 2002): does SMOTE with under-sampling reach a better ROC hull than under-sampling, loss ratios and naive Bayes priors?</summary>
/// <remarks>5000 letters, one against the rest, five-fold cross-validation, unpruned CART, two seeds; then satellite and pima, where the specification promises nothing.</remarks>
public sealed class SmoteReproduction : IReproduction
{
    private const int LetterRows = 5000;

    private static readonly string[] letters = ["H", "B", "F"];

    /// <inheritdoc/>
    public string Slug => "smote";

    /// <inheritdoc/>
    public IReadOnlyList<ClaimResult> Run(ReproductionContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var claims = new List<ClaimResult>();
        claims.AddRange(Letters(context));
        claims.Add(Reported(context, "satellite.csv", "classes", "damp grey soil",
            "On satellite ('damp grey soil' against the rest) SMOTE with under-sampling and under-sampling alone tie, far above loss ratios and priors",
            "both .893-.905, sign varies by seed; loss ratio .78, priors .86"));
        claims.Add(Reported(context, "pima.csv", "diabetes", "pos",
            "On pima SMOTE does not help a tree, and naive Bayes priors are best", "SMOTE .72, under only .737, priors .815"));
        return claims;
    }

    private static ClaimResult[] Letters(ReproductionContext context)
    {
        string[] claims =
        [
            "SMOTE 500% with under-sampling beats under-sampling alone in at least 4 of 6 cells (letters H, B, F; two seeds) and by more than .005 on average",
            "SMOTE 500% with under-sampling beats loss ratios and naive Bayes priors in all 6 cells",
            "Rounding whole-number columns beats not rounding in at least 5 of 6 cells and by more than .008 on average",
            "Without rounding, SMOTE with under-sampling lies below under-sampling alone for letter B",
        ];
        if (Find(context, "letter.csv") is not { } path)
            return [.. claims.Select(claim => new ClaimResult(claim, "-", "-", ClaimOutcome.Skipped, "tables/letter.csv is not there"))];
        var all = Read(path, "lettr", context.Cancellation);
        var rows = RandomStream.For(context.Seed, "letter rows").SampleWithoutReplacement(all.Count, LetterRows);
        var drawn = all.Select(rows);
        var cells = new List<(string Letter, SweepAreas Areas)>();
        foreach (var letter in letters)
            for (var repeat = 0; repeat < 2; repeat++)
            {
                context.Progress?.Report(new ProgressUpdate($"letter {letter}, seed {context.Seed + repeat}", cells.Count / 6.0));
                cells.Add((letter, ResamplingSweep.Run(OneAgainstRest(drawn, letter), context.Seed + repeat, context.Cancellation)));
            }

        double[] Differences(Func<SweepAreas, double> better, Func<SweepAreas, double> worse) => [.. cells.Select(cell => better(cell.Areas) - worse(cell.Areas))];
        string Row(Func<SweepAreas, double> area) => string.Join(", ", letters.Select(letter =>
            $"{letter} {string.Join("/", cells.Where(cell => cell.Letter == letter).Select(cell => Figure(area(cell.Areas))))}"));
        string Gain(double[] differences) => $"{differences.Count(difference => difference > 0)} of 6, mean {Signed(differences.Average())} ({Signed(differences.Min())} to {Signed(differences.Max())})";

        var over = Differences(a => a.Smote, a => a.Under);
        var others = Differences(a => a.Smote, a => Math.Max(a.LossRatio, a.Priors));
        var rounding = Differences(a => a.Smote, a => a.Fractions);
        var ofB = cells.Where(cell => cell.Letter == "B").Select(cell => cell.Areas.Fractions - cell.Areas.Under).ToArray();
        return
        [
            new(claims[0], "SMOTE H .939/.941, B .963/.966, F .964/.966; under only H .920/.910, B .956/.953, F .951/.953",
                $"{Gain(over)}; SMOTE {Row(a => a.Smote)}; under only {Row(a => a.Under)}", Outcome(over.Count(d => d > 0) >= 4 && over.Average() > 0.005),
                "Hull AUC; one draw of rows, two seeds of the folds"),
            new(claims[1], "loss ratio .863-.901, priors .848-.944", $"{Gain(others)}; loss ratio {Row(a => a.LossRatio)}; priors {Row(a => a.Priors)}",
                Outcome(others.All(d => d > 0))),
            new(claims[2], "without H .931/.910, B .943/.945", $"{Gain(rounding)}; without {Row(a => a.Fractions)}",
                Outcome(rounding.Count(d => d > 0) >= 5 && rounding.Average() > 0.008)),
            new(claims[3], "B .943/.945 against .956/.953", string.Join("/", ofB.Select(Signed)), Outcome(ofB.All(d => d < 0))),
        ];
    }

    private static ClaimResult Reported(ReproductionContext context, string file, string target, string rare, string claim, string paper)
    {
        if (Find(context, file) is not { } path)
            return new ClaimResult(claim, paper, "-", ClaimOutcome.Skipped, $"tables/{file} is not there");
        var data = OneAgainstRest(Read(path, target, context.Cancellation), rare);
        var areas = new SweepAreas[2];
        for (var repeat = 0; repeat < areas.Length; repeat++)
        {
            context.Progress?.Report(new ProgressUpdate($"{file}, seed {context.Seed + repeat}", double.NaN));
            areas[repeat] = ResamplingSweep.Run(data, context.Seed + repeat, context.Cancellation);
        }
        string Both(Func<SweepAreas, double> area) => string.Join("/", areas.Select(a => Figure(area(a))));
        return new ClaimResult(claim, paper,
            $"SMOTE {Both(a => a.Smote)}, under only {Both(a => a.Under)}, without rounding {Both(a => a.Fractions)}, loss ratio {Both(a => a.LossRatio)}, priors {Both(a => a.Priors)}",
            ClaimOutcome.Reported, "Two seeds of the folds");
    }

    private static string? Find(ReproductionContext context, string file)
    {
        var path = context.DataFolder is null ? null : Path.Combine(context.DataFolder, "tables", file);
        return File.Exists(path) ? path : null;
    }

    private static Dataset Read(string path, string target, CancellationToken cancellation)
    {
        var table = TableReader.Read(path, new TableReadOptions(), cancellation: cancellation);
        var encoder = FeatureEncoder.Fit(table, [.. table.Columns.Select(column => column.Name).Where(name => name != target)]);
        return encoder.Transform(table, TargetCoding.Fit(table, target, TaskKind.Classification)).Data;
    }

    private static Dataset OneAgainstRest(Dataset data, string rare)
    {
        var index = data.ClassNames.ToList().IndexOf(rare);
        var labels = Array.ConvertAll(data.Labels.ToArray(), label => label == index ? 1 : 0);
        return new Dataset(data.Features, data.Count, data.Columns, labels: labels, classNames: ["rest", rare], rowIds: data.RowIds);
    }

    private static ClaimOutcome Outcome(bool holds) => holds ? ClaimOutcome.Holds : ClaimOutcome.DoesNotHold;

    private static string Figure(double area) => area.ToString("0.000");

    private static string Signed(double difference) => difference.ToString("+0.000;-0.000;0.000");
}
