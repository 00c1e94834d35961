using Ballast.Core;
using Ballast.Tests.Shared;

namespace Ballast.Tests.Cli.Commands;

public sealed class TrainPredictTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public TrainPredictTests()
    {
        var random = RandomStream.For(1, "people");
        var lines = Enumerable.Range(0, 200).Select(i =>
        {
            var (height, colour) = (random.NextGaussian(), random.Next(2) == 0 ? "red" : "blue");
            var yes = height + (colour == "red" ? 1 : -1) > 0;
            return $"{height:0.###},{colour},{(yes ? "yes" : "no")},{3 * height:0.###},{i / 2}";
        });
        File.WriteAllLines(folder.File("people.csv"), ["height,colour,answer,income,household", .. lines]);
    }

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("trees")]
    [InlineData("logistic")]
    [InlineData("auto")]
    public void A_saved_model_predicts_tables_in_any_shape(string kind)
    {
        var trained = ProgramRun.Of(
            "train", folder.File("people.csv"), "--target", "answer", "--model-kind", kind, "--group-folds", "household", "--out", folder.File("model.ballast"), "--json");
        // No target, another order, an unseen category, a missing value.
        File.WriteAllLines(folder.File("new.csv"), ["colour,income,height", "red,3,1", "blue,-6,-2", "green,0,", "red,9,3"]);
        var predicted = ProgramRun.Of("predict", folder.File("new.csv"), "--model", folder.File("model.ballast"), "--out", folder.File("p.csv"));

        Assert.Equal((0, ""), (trained.ExitCode, trained.Error));
        Assert.True((double)trained.Json["metrics"]!["accuracy"]! > 0.85);
        Assert.Equal(0, predicted.ExitCode);
        var rows = File.ReadAllLines(folder.File("p.csv")).Select(line => line.Split(',')).ToArray();
        Assert.Equal(["colour", "income", "height", "prediction", "probability_no", "probability_yes"], rows[0]);
        Assert.Equal(["yes", "no"], [rows[1][3], rows[2][3]]);
        Assert.All(rows[1..], row => Assert.Equal(1, double.Parse(row[4]) + double.Parse(row[5]), 1e-9));
    }

    [Fact]
    public void Numbers_are_predicted_as_numbers()
    {
        var trained = ProgramRun.Of("train", folder.File("people.csv"), "--target", "income", "--out", folder.File("model.ballast"), "--json");
        ProgramRun.Of("predict", folder.File("people.csv"), "--model", folder.File("model.ballast"), "--out", folder.File("p.csv"));

        Assert.True((double)trained.Json["metrics"]!["root_mean_square_error"]! < 0.5);
        Assert.EndsWith(",prediction", File.ReadLines(folder.File("p.csv")).First(), StringComparison.Ordinal);
        Assert.Equal(201, File.ReadLines(folder.File("p.csv")).Count());
    }

    [Theory]
    [InlineData("--resample", "auto")]
    [InlineData("--resample", "random-under")]
    [InlineData("--resample", "smote-enn")]
    [InlineData("--class-weights")]
    public void Balanced_training_finds_more_of_a_rare_class_at_the_true_shares(params string[] balance)
    {
        // One row in ten is rare; ages have gaps, which SMOTE cannot take.
        var random = RandomStream.For(2, "rare");
        string[] Rows(int count) => [.. Enumerable.Range(0, count).Select(i =>
        {
            var rare = i % 10 == 0;
            return $"{random.NextGaussian() + (rare ? 1 : 0):0.###},{(random.Next(8) == 0 ? "" : $"{20 + random.Next(40)}")},{(random.Next(3) == 0 ^ rare ? "red" : "blue")},{(rare ? "rare" : "common")}";
        })];
        File.WriteAllLines(folder.File("train.csv"), ["x,age,colour,class", .. Rows(600)]);
        File.WriteAllLines(folder.File("test.csv"), ["x,age,colour,class", .. Rows(1000)]);

        var plain = Train([]);
        var corrected = Train(balance);
        var uncorrected = Train([.. balance, "--uncorrected"]);

        Assert.InRange(corrected.MeanProbability, 0.06, 0.16);
        Assert.True(uncorrected.MeanProbability > 0.25, $"{uncorrected.MeanProbability}");
        Assert.True(corrected.Found > plain.Found + 15, $"{corrected.Found} against {plain.Found} of 100");
        Assert.Equal(uncorrected.Found, corrected.Found);
        Assert.True(corrected.LogLoss < uncorrected.LogLoss, $"{corrected.LogLoss} against {uncorrected.LogLoss}");
    }

    private (double MeanProbability, int Found, double LogLoss) Train(string[] balance)
    {
        var trained = ProgramRun.Of(["train", folder.File("train.csv"), "--target", "class", "--model-kind", "logistic", "--out", folder.File("model.ballast"), "--json", .. balance]);
        Assert.Equal((0, ""), (trained.ExitCode, trained.Error));
        Assert.Equal(0, ProgramRun.Of("predict", folder.File("test.csv"), "--model", folder.File("model.ballast"), "--out", folder.File("p.csv")).ExitCode);
        var rows = File.ReadLines(folder.File("p.csv")).Skip(1).Select(line => line.Split(',')).ToArray();
        return (rows.Average(row => double.Parse(row[6])), rows.Count(row => row[3] == "rare" && row[4] == "rare"), (double)trained.Json["metrics"]!["log_loss"]!);
    }

    [Theory]
    [InlineData("did you mean 'smote'?", "answer", "--resample", "smot")]
    [InlineData("--resample needs classes", "income", "--resample", "auto")]
    [InlineData("not both", "answer", "--resample", "auto", "--class-weights")]
    [InlineData("goes with --class-weights or --resample", "answer", "--uncorrected")]
    public void Balancing_that_cannot_be_is_refused(string sentence, string target, params string[] options)
    {
        var run = ProgramRun.Of(["train", folder.File("people.csv"), "--target", target, "--out", folder.File("model.ballast"), .. options]);

        Assert.Equal(2, run.ExitCode);
        Assert.Contains(sentence, Assert.Single(run.Error.TrimEnd().Split('\n')), StringComparison.Ordinal);
        Assert.False(File.Exists(folder.File("model.ballast")));
    }

    [Fact]
    public void Missing_columns_and_files_that_are_no_model_are_named()
    {
        ProgramRun.Of("train", folder.File("people.csv"), "--target", "answer", "--model-kind", "logistic", "--out", folder.File("model.ballast"));
        File.WriteAllLines(folder.File("new.csv"), ["height", "1"]);

        var missing = ProgramRun.Of("predict", folder.File("new.csv"), "--model", folder.File("model.ballast"), "--out", folder.File("p.csv"));
        var noModel = ProgramRun.Of("predict", folder.File("new.csv"), "--model", folder.File("people.csv"), "--out", folder.File("p.csv"));

        Assert.Equal((2, 2), (missing.ExitCode, noModel.ExitCode));
        Assert.Contains("'colour'", missing.Error, StringComparison.Ordinal);
        Assert.Contains("a model saved by ballast", noModel.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(folder.File("p.csv")));
    }

    [Fact]
    public void Tables_too_small_for_folds_and_of_one_class_are_said_to_be()
    {
        var lines = File.ReadAllLines(folder.File("people.csv"));
        File.WriteAllLines(folder.File("one.csv"), lines[..2]);

        var one = ProgramRun.Of("train", folder.File("one.csv"), "--target", "answer", "--out", folder.File("m.ballast"));

        Assert.Equal(2, one.ExitCode);
        Assert.Contains("found one row with a target; expected a row for each of 5 folds at least", one.Error, StringComparison.Ordinal);
    }
}
