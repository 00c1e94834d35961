using Ballast.Cli.Checks;
using Ballast.Core;

namespace Ballast.Tests.Cli.Reports;

/// <summary>Reports to write: an ordinary one, an empty one, one whose every text is hostile, and large ones.</summary>
internal static class SampleReports
{
    /// <summary>Markup, quotes, ampersands, controls, other scripts and right-to-left text in one name.</summary>
    public const string Hostile = "<script>alert(1)</script>\"'&amp;</td></style>]]>--><!--\u0000\u0001\u001b[31m\t\u202Eשלום\ud800 日本 😀 [red]x[/]";

    public static CheckReport Ordinary { get; } = new()
    {
        Source = "lending_club.csv",
        Target = "Class",
        Task = "classification",
        TaskReason = "the target holds 2 distinct texts",
        TotalRows = 9857,
        Rows = 9857,
        Seed = 0,
        Model = "boosted trees, 5 stratified folds",
        Command = "ballast check lending_club.csv --target Class --out check --seed 0",
        Version = "0.1.0",
        Columns =
        [
            new("Class", "category", "named as the target", 2, 0, "target"),
            new("funded_amnt", "numeric", "every value is a number", 912, 0, "feature"),
            new("term", "category", "2 distinct texts", 2, 0, "feature"),
            new("int_rate", "numeric", "every value is a number", 281, 0, "feature"),
            new("emp_length", "category", "12 distinct texts", 12, 431, "feature"),
            new("recoveries", "numeric", "every value is a number", 377, 0, "set aside: it gives the target away"),
            new("member_id", "identifier", "a different whole number in every row", 9857, 0, "set aside: identifier"),
            new("policy_code", "constant", "one distinct value", 1, 0, "set aside: constant"),
        ],
        Classes =
        [
            new("good", 9340, Of(0.981, 0.977, 0.985, 9340), Of(0.957, 0.953, 0.961, 9574), 61),
            new("bad", 517, Of(0.211, 0.177, 0.248, 517), Of(0.385, 0.328, 0.445, 283), 44),
        ],
        Findings =
        [
            new("leakage-1", "leakage", Severity.High, "Column 'recoveries' alone almost gives the target.", ["recoveries"], [],
                new Dictionary<string, object>
                {
                    ["balancedAccuracyAlone"] = Of(0.994, 0.990, 0.997, 9857),
                    ["balancedAccuracyOfAllOthers"] = Of(0.642, 0.621, 0.663, 9857),
                    ["rule"] = "a column that alone reaches 0.95, and 0.1 more than all others together",
                }, "Find out whether 'recoveries' is known when a prediction is wanted; if not, leave it out with --ignore recoveries."),
            new("label-errors-1", "label-errors", Severity.High, "105 labels are probably wrong.", ["Class"], [.. Enumerable.Range(1, 105).Select(i => i * 93)],
                new Dictionary<string, object>
                {
                    ["expectedErrors"] = Of(118, 92, 147, 9857),
                    ["byClass"] = new Dictionary<string, object> { ["good"] = 61, ["bad"] = 44 },
                    ["pairs"] = new List<object>
                    {
                        new Dictionary<string, object> { ["given"] = "good", ["suggested"] = "bad", ["rows"] = 61, ["share"] = 0.0065 },
                        new Dictionary<string, object> { ["given"] = "bad", ["suggested"] = "good", ["rows"] = 44, ["share"] = 0.0851 },
                    },
                }, "Look at these rows, worst first, in suggested.csv; correct or drop them."),
            new("class-imbalance-1", "class-imbalance", Severity.Medium, "Class 'bad' has 517 of 9,857 rows, and 79% of them are missed.", ["Class"], [],
                new Dictionary<string, object> { ["imbalanceRatio"] = 18.07, ["recall"] = Of(0.211, 0.177, 0.248, 517), ["helpsRanking"] = false },
                "Move the threshold or weight the classes; see Remedies for what each gains."),
            new("identifier-column-1", "identifier-column", Severity.Low, "Column 'member_id' tells rows apart and nothing else.", ["member_id"], [],
                new Dictionary<string, object> { ["distinct"] = 9857, ["names"] = new[] { "ends in _id", "a different value in every row" } }, "Leave it out; it has been set aside here."),
            new("constant-column-1", "constant-column", Severity.Info, "Column 'policy_code' has one value.", ["policy_code"], [],
                new Dictionary<string, object> { ["value"] = "1", ["undefined"] = double.NaN }, "Nothing needs to be done; it has been set aside."),
        ],
        Remedies =
        [
            new("drop suspected label errors", "balanced accuracy", 0.596, 0.604, new Interval(-0.003, 0.019), Chosen: false, "no gain"),
            new("class weights", "balanced accuracy", 0.596, 0.641, new Interval(0.022, 0.068), Chosen: false, "a gain, less than threshold moving"),
            new("SMOTE", "balanced accuracy", 0.596, 0.588, new Interval(-0.021, 0.006), Chosen: false, "no gain"),
            new("threshold moving", "balanced accuracy", 0.596, 0.658, new Interval(0.041, 0.084), Chosen: true, "gain"),
            new("recalibration (isotonic)", "ECE", 0.041, 0.012, new Interval(-0.035, -0.022), Chosen: true, "gain; lower is better"),
        ],
        Reliability =
        [
            new(0.562, Of(0.471, 0.402, 0.541, 201)),
            new(0.658, Of(0.561, 0.504, 0.616, 298)),
            new(0.754, Of(0.688, 0.651, 0.723, 640)),
            new(0.857, Of(0.834, 0.816, 0.851, 1712)),
            new(0.968, Of(0.974, 0.970, 0.977, 7006)),
        ],
        Notes =
        [
            "Remedies are measured on labels after the 105 suspects were left out of the rows that measure, in every fold alike.",
            "431 missing values of 'emp_length' are a category of their own.",
        ],
        Metrics = new Dictionary<string, Estimate>
        {
            ["accuracy"] = Of(0.941, 0.936, 0.945, 9857),
            ["balanced accuracy"] = Of(0.596, 0.578, 0.614, 9857),
            ["macro F1"] = Of(0.621, 0.601, 0.641, 9857),
            ["ECE"] = Of(0.041, 0.036, 0.047, 9857),
        },
    };

    /// <summary>With two groups, one of them small, compared.</summary>
    public static CheckReport Grouped { get; } = Ordinary with { Groups = Compared("term", "36 months", "60 months", "bad") };

    public static CheckReport Empty { get; } = Ordinary with { Findings = [], Remedies = [], Notes = [], Reliability = [], Command = "" };

    /// <summary>A weak and a hard slice with rows.</summary>
    public static CheckReport Sliced { get; } = Ordinary with { Slices = Slices("term = '60 months'", "emp_length", "4 years", "good", "bad") };

    public static CheckReport Regression { get; } = Ordinary with
    {
        Task = "regression",
        Classes = [],
        Reliability = [],
        Findings = [Ordinary.Findings[^1]],
        Remedies = [],
        Metrics = new Dictionary<string, Estimate> { ["R²"] = Of(0.412, 0.388, 0.436, 9857), ["RMSE"] = Of(1234.5, 1190, 1281, 9857) },
    };

    /// <summary>Every text of the user's, and of the checks, replaced by <see cref="Hostile"/>.</summary>
    public static CheckReport HostileEverywhere { get; } = Ordinary with
    {
        Source = Hostile,
        Target = Hostile,
        Task = Hostile,
        TaskReason = Hostile,
        Model = Hostile,
        Command = Hostile,
        Version = Hostile,
        SamplingRule = Hostile,
        Columns = [new(Hostile, Hostile, Hostile, 3, 1, Hostile)],
        Classes = [new(Hostile, 5, Of(0.5, 0.2, 0.8, 5), Of(0.5, 0.2, 0.8, 5), 0), new("z", 1, Of(double.NaN, 0, double.NaN, 0), Of(0, double.NegativeInfinity, 1, 0), 0)],
        Findings =
        [
            new(Hostile, Hostile, Severity.High, Hostile, [Hostile], [1], new Dictionary<string, object>
            {
                [Hostile] = Hostile,
                ["list"] = new[] { Hostile },
                ["map"] = new Dictionary<string, object> { [Hostile] = Hostile },
                ["table"] = new object[] { new Dictionary<string, object> { [Hostile] = new object[] { Hostile, Of(1, 0, 2, 3) } } },
            }, Hostile),
        ],
        Remedies = [new(Hostile, Hostile, 0.5, double.PositiveInfinity, new Interval(double.NaN, double.NaN), true, Hostile), new(Hostile, Hostile, 0.5, 0.5, new Interval(0, 0), false, Hostile)],
        Groups = Compared(Hostile, Hostile, "z", Hostile),
        Slices = Slices(Hostile, Hostile, Hostile, Hostile, Hostile),
        Notes = [Hostile],
        Metrics = new Dictionary<string, Estimate> { [Hostile] = Of(double.NaN, double.NaN, double.NaN, 0) },
    };

    /// <summary>200 classes.</summary>
    public static CheckReport ManyClasses { get; } = Ordinary with
    {
        Classes = [.. Enumerable.Range(0, 200).Select(i => new ClassSummary($"class {i}", 10 + (i * 37 % 200), Of(0.5, 0.4, 0.6, 10), Of(0.5, 0.4, 0.6, 10), 0))],
    };

    /// <summary>10,000 columns, one of the last concerned by a finding.</summary>
    public static CheckReport ManyColumns { get; } = Ordinary with
    {
        Columns = [.. Enumerable.Range(0, 10_000).Select(i => new ColumnSummary($"column{i}", "numeric", "every value is a number", 50, 0, "feature"))],
        Findings = [Ordinary.Findings[0] with { Columns = ["column9990"] }, Ordinary.Findings[1] with { Columns = [.. Enumerable.Range(0, 9_000).Select(i => $"column{i}")] }],
    };

    /// <summary>A finding that concerns a million rows.</summary>
    public static CheckReport ManyRows { get; } = Ordinary with
    {
        TotalRows = 2_000_000,
        Rows = 1_000_000,
        SamplingRule = "every second row, 1,000,000 of 2,000,000",
        Findings = [Ordinary.Findings[1] with { Rows = [.. Enumerable.Range(1, 1_000_000)] }],
    };

    public static TheoryData<string> Names => [nameof(Ordinary), nameof(Grouped), nameof(Sliced), nameof(Empty), nameof(Regression), nameof(HostileEverywhere), nameof(ManyClasses), nameof(ManyColumns), nameof(ManyRows)];

    public static CheckReport Named(string name) => (CheckReport)typeof(SampleReports).GetProperty(name)!.GetValue(null)!;

    private static GroupComparison Compared(string column, string first, string second, string positive) => new()
    {
        Column = column,
        Positive = positive,
        Groups =
        [
            new(first, 9856, new Dictionary<string, Estimate> { ["accuracy"] = Of(0.94, 0.93, 0.95, 9856), ["true positive rate"] = Of(0.21, 0.18, 0.25, 516) }),
            new(second, 1, new Dictionary<string, Estimate> { ["accuracy"] = Of(0, 0, 0.79, 1) }),
        ],
        Gaps =
        [
            new("accuracy difference", Of(0.94, 0.15, 0.95, 9857), first, second, null, []),
            new("equal opportunity difference", Of(double.NaN, 0, 1, 516), "", "", null, [second]),
        ],
        Model = new(0.01, 0.94, 1),
        NoiseFloor = 0.0001,
        Frontier = [new(0.0001, 0.92, 0.97), new(0.01, 0.94, 0.99), new(0.02, 0.94, 1)],
    };

    private static SliceSummary[] Slices(string description, string column, string value, string given, string predicted) =>
    [
        new(description, "weak", 812, Of(0.31, 0.27, 0.36, 402), Of(0.05, 0.04, 0.06, 4526), 0.12, [new SliceExample(17, [KeyValuePair.Create(column, value), KeyValuePair.Create("int_rate", "")], given, predicted)]),
        new("int_rate >= 13.9", "hard", 3008, Of(0.11, 0.095, 0.126, 1530), Of(0.028, 0.023, 0.034, 3399), double.NaN, []),
    ];

    private static Estimate Of(double value, double low, double high, int count) => new(value, new Interval(low, high), count);
}
