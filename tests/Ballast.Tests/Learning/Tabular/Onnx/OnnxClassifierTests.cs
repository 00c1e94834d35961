using Ballast.Core;
using Ballast.Learning.Tabular.Onnx;

namespace Ballast.Tests.Learning.Tabular.Onnx;

public sealed class OnnxClassifierTests : IDisposable
{
    private static readonly FeatureColumn[] TwoColumns = [FeatureColumn.Numeric("a"), FeatureColumn.Numeric("b")];

    private readonly string path = Path.GetTempFileName();

    public void Dispose() => File.Delete(path);

    [Fact]
    public void Softmax_over_one_input_gives_the_classes_in_order()
    {
        using var model = Load(OnnxFile.Softmax(2, [1, 0, -1, 0, 1, 0], 3), ["x", "y", "z"], TwoColumns);
        var rows = Enumerable.Range(0, 5000).SelectMany(i => new[] { i % 7 - 3f, i % 5 - 2f }).ToArray();

        var predictions = model.Predict(new Dataset(rows, 5000, TwoColumns));

        for (var i = 0; i < 5000; i += 611)
        {
            double[] exps = [Math.Exp(rows[2 * i]), Math.Exp(rows[2 * i + 1]), Math.Exp(-rows[2 * i])];
            Assert.Equal([.. exps.Select(e => e / exps.Sum())], predictions.Row(i).ToArray(), (p, q) => Math.Abs(p - q) < 1e-6);
        }
    }

    [Fact]
    public void A_single_sigmoid_is_the_second_class()
    {
        using var model = Load(OnnxFile.Sigmoid(2, [2, 0]), ["no", "yes"], TwoColumns);

        var predictions = model.Predict(new Dataset(new float[] { 1, 9 }, 1, TwoColumns));

        Assert.Equal(1 / (1 + Math.Exp(-2)), predictions[0, 1], 1e-6);
        Assert.Equal(1 - predictions[0, 1], predictions[0, 0], 1e-12);
    }

    [Fact]
    public void Inputs_of_their_own_are_found_by_name_whatever_their_order()
    {
        using var model = Load(OnnxFile.Columns("b", "a"), ["no", "yes"], TwoColumns);

        Assert.Equal(1 / (1 + Math.Exp(-3)), model.Predict(new Dataset(new float[] { 2, 5 }, 1, TwoColumns))[0, 1], 1e-6);
    }

    [Fact]
    public void Categories_go_in_as_texts_and_labels_count_as_certain()
    {
        FeatureColumn[] columns = [FeatureColumn.Numeric("a"), FeatureColumn.Categorical("kind", ["good", "bad"])];
        using var model = Load(OnnxFile.Echo("kind"), ["bad", "good"], columns);

        var predictions = model.Predict(new Dataset(new float[] { 0, 0, 0, 1 }, 2, columns));

        Assert.Equal([0, 1, 1, 0], predictions.Values.ToArray());
    }

    [Fact]
    public void Unknown_labels_and_answers_that_are_no_probabilities_are_refused()
    {
        FeatureColumn[] columns = [FeatureColumn.Categorical("kind", ["good", "bad"])];
        using var labels = Load(OnnxFile.Echo("kind"), ["bad", "worse"], columns);
        using var raw = Load(OnnxFile.Raw(2), ["no", "yes"], TwoColumns);

        Assert.Contains("'good'", Assert.Throws<DataFormatException>(() => labels.Predict(new Dataset(new float[] { 0 }, 1, columns))).Message);
        Assert.Contains("no probability", Assert.Throws<DataFormatException>(() => raw.Predict(new Dataset(new float[] { 3, 4 }, 1, TwoColumns))).Message);
    }

    [Fact]
    public void Inputs_that_do_not_fit_are_named_with_what_was_expected()
    {
        var width = Refused(OnnxFile.Softmax(3, new float[9], 3), ["x", "y", "z"]);
        var classes = Refused(OnnxFile.Softmax(2, new float[8], 4), ["x", "y", "z"]);
        var name = Refused(OnnxFile.Columns("a", "bb"), ["x", "y"]);

        Assert.Contains("[n, 3]", width);
        Assert.Contains("[n, 2]", width);
        Assert.Contains("4 classes", classes);
        Assert.Contains("3 classes", classes);
        Assert.Contains("'bb'", name);
        Assert.Contains("'b'", name);
    }

    [Fact]
    public void A_file_cut_at_any_byte_is_refused()
    {
        var bytes = OnnxFile.Sigmoid(2, [2, 0]);

        for (var length = 0; length < bytes.Length; length++)
        {
            File.WriteAllBytes(path, bytes[..length]);
            try
            {
                // A cut between two messages can leave a whole model without its operator set's number.
                using var model = OnnxClassifier.Load(path, ["no", "yes"], TwoColumns);
                Assert.True(length > bytes.Length - 8, $"cut at {length} of {bytes.Length}");
            }
            catch (DataFormatException error)
            {
                Assert.Equal(path, error.File);
            }
        }
        Assert.Throws<FileNotFoundException>(() => OnnxClassifier.Load(path + ".none", ["no", "yes"], TwoColumns));
    }

    private string Refused(byte[] bytes, string[] classes) => Assert.Throws<DataFormatException>(() => Load(bytes, classes, TwoColumns)).Message;

    private OnnxClassifier Load(byte[] bytes, string[] classes, FeatureColumn[] columns)
    {
        File.WriteAllBytes(path, bytes);
        return OnnxClassifier.Load(path, classes, columns);
    }
}
