using Ballast.Tests.Learning.Tabular.Onnx;
using Ballast.Tests.Shared;

namespace Ballast.Tests.Cli.Commands.Networks;

/// <summary><c>predict T.csv --model M.onnx</c>: a classifier that someone else trained.</summary>
public sealed class OnnxPredictionTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public OnnxPredictionTests() => File.WriteAllLines(folder.File("t.csv"), ["a,b", "1,0", "0,1", "2,2", "3,1"]);

    public void Dispose() => folder.Dispose();

    [Fact]
    public void One_input_takes_the_columns_in_order_and_classes_have_the_names_given()
    {
        var run = Predict(OnnxFile.Softmax(2, [-1, 1, 1, -1], 2), "--classes", "no,yes");

        Assert.Equal((0, false), (run.ExitCode, run.Error.Contains("warning", StringComparison.Ordinal)));
        var rows = Rows();
        Assert.Equal(["a", "b", "prediction", "probability_no", "probability_yes"], rows[0]);
        Assert.Equal(["yes", "no", "no", "yes"], rows[1..].Select(row => row[2]));
        Assert.Equal(1 / (1 + Math.Exp(-2)), double.Parse(rows[1][4]), 1e-6);
    }

    [Fact]
    public void Without_names_classes_are_numbers()
    {
        Assert.Equal(0, Predict(OnnxFile.Softmax(2, [-1, 1, 0, 1, -1, 0], 3)).ExitCode);
        Assert.Equal(["a", "b", "prediction", "probability_0", "probability_1", "probability_2"], Rows()[0]);

        Assert.Equal(0, Predict(OnnxFile.Sigmoid(2, [1, -1])).ExitCode);
        Assert.Equal(["1", "0", "0", "1"], Rows()[1..].Select(row => row[2]));
    }

    [Fact]
    public void An_input_a_column_finds_it_by_name_whatever_else_the_table_holds()
    {
        File.WriteAllLines(folder.File("t.csv"), ["who,b,note,a", "ann,1,x,0", "bob,0,y,2"]);

        Assert.Equal(0, Predict(OnnxFile.Columns("a", "b"), "--classes", "no", "yes").ExitCode);

        Assert.Equal(["no", "yes"], Rows()[1..].Select(row => row[4]));
    }

    [Fact]
    public void Columns_that_the_model_does_not_take_are_named_and_left_in_the_file()
    {
        File.WriteAllLines(folder.File("t.csv"), ["target,a,b", "x,1,0", "y,0,1"]);

        Assert.Equal(0, Predict(OnnxFile.Softmax(2, [-1, 1, 1, -1], 2), "--ignore", "target").ExitCode);

        Assert.Equal(["target", "a", "b", "prediction", "probability_0", "probability_1"], Rows()[0]);
        Assert.Equal(["1", "0"], Rows()[1..].Select(row => row[3]));
    }

    [Fact]
    public void Texts_go_where_the_model_takes_texts()
    {
        File.WriteAllLines(folder.File("t.csv"), ["kind", "red", "blue", "red"]);

        Assert.Equal(0, Predict(OnnxFile.Echo("kind"), "--classes", "blue,red").ExitCode);

        Assert.Equal(["red", "blue", "red"], Rows()[1..].Select(row => row[1]));
    }

    [Fact]
    public void Texts_do_not_go_where_the_model_takes_numbers()
    {
        File.WriteAllLines(folder.File("t.csv"), ["a,b", "red,0", "blue,1", "red,2"]);

        AssertRefused("column 'a': found texts, which the model takes as numbers", OnnxFile.Softmax(2, [-1, 1, 1, -1], 2));
    }

    [Fact]
    public void What_does_not_fit_is_refused_in_a_sentence()
    {
        AssertRefused("[n, 3]", OnnxFile.Softmax(3, [1, 0, 0, 1, 0, 0], 2));
        AssertRefused("output 'probabilities' with 2 classes", OnnxFile.Softmax(2, [-1, 1, 1, -1], 2), "--classes", "a,b,c");
        AssertRefused("a classifier has at least two classes", OnnxFile.Softmax(2, [-1, 1, 1, -1], 2), "--classes", "a");
        AssertRefused("do not say how many classes there are", OnnxFile.Echo("a"));
        AssertRefused("no probability", OnnxFile.Raw(2));
        AssertRefused("no usable ONNX model", "this is no model at all"u8.ToArray());
        AssertRefused("'c'", OnnxFile.Softmax(2, [-1, 1, 1, -1], 2), "--ignore", "c");
    }

    [Fact]
    public void Options_for_ONNX_models_are_refused_for_others()
    {
        File.WriteAllText(folder.File("model.ballast"), "");
        foreach (var (option, sentence) in new[] { ("--classes", "--classes goes with an ONNX model"), ("--ignore", "--ignore goes with a table and an ONNX model") })
        {
            var run = ProgramRun.Of("predict", folder.File("t.csv"), "--model", folder.File("model.ballast"), option, "a,b");

            Assert.Equal(2, run.ExitCode);
            Assert.Contains(sentence, Assert.Single(run.Error.TrimEnd().Split('\n')), StringComparison.Ordinal);
        }
    }

    private void AssertRefused(string sentence, byte[] model, params string[] options)
    {
        File.WriteAllText(folder.File("p.csv"), "mine");

        var run = Predict(model, [.. options, "--quiet"]);

        Assert.Equal(2, run.ExitCode);
        Assert.Contains(sentence, Assert.Single(run.Error.TrimEnd().Split('\n')), StringComparison.Ordinal);
        Assert.Equal("mine", File.ReadAllText(folder.File("p.csv")));
    }

    private ProgramRun Predict(byte[] model, params string[] options)
    {
        File.WriteAllBytes(folder.File("m.onnx"), model);
        return ProgramRun.Of(["predict", folder.File("t.csv"), "--model", folder.File("m.onnx"), "--out", folder.File("p.csv"), .. options]);
    }

    private string[][] Rows() => [.. File.ReadLines(folder.File("p.csv")).Select(line => line.Split(','))];
}
