using Ballast.Core;
using Ballast.Evaluation.Calibration;
using Ballast.Evaluation.Thresholds;
using Ballast.Learning.Tabular;
using Ballast.Learning.Tabular.Saving;

namespace Ballast.Tests.Learning.Tabular.Saving;

public sealed class ModelFileTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("ballast-model-").FullName;

    public static TheoryData<string> Classifiers { get; } = ["trees", "logistic", "average", "two classes", "no features", "perceptron", "residual network", "network of no features"];

    private static NetworkOptions Network { get; } = new() { Hidden = [8], Width = 8, Blocks = 1, Epochs = 2, BatchSize = 32 };

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory, MemberData(nameof(Classifiers))]
    public void Loaded_models_predict_to_the_bit_as_those_saved(string kind)
    {
        var (model, data) = Trained(kind);
        var saved = new SavedModel(model) { Provenance = new ModelProvenance("0.1.0", 7, data.Count, "abc") };

        ModelFile.Save(Path("model.ballast"), saved);
        var loaded = ModelFile.Load(Path("model.ballast"));

        Assert.Equal(model.Predict(data).Values.ToArray(), loaded.Classifier!.Predict(data).Values.ToArray());
        Assert.Equal(model.ClassNames, loaded.Classifier.ClassNames);
        Assert.Equal(model.Columns.Select(column => column.Name), loaded.Columns.Select(column => column.Name));
        Assert.Equal(saved.Provenance, loaded.Provenance);
    }

    [Fact]
    public void Recalibration_and_decisions_come_back()
    {
        var (model, data) = Trained("two classes");
        ModelFile.Save(Path("model.ballast"), new SavedModel(model) { Recalibrator = new TemperatureMap(2), DecisionRule = new BinaryThreshold(0.2) });

        var loaded = ModelFile.Load(Path("model.ballast"));

        var expected = new TemperatureMap(2).Apply(model.Predict(data));
        Assert.Equal(expected.Values.ToArray(), loaded.PredictProbabilities(data).Values.ToArray());
        Assert.Equal(new BinaryThreshold(0.2).Decide(expected), loaded.Decide(expected));
    }

    [Fact]
    public void Regression_comes_back()
    {
        var data = TableSamples.Targets(100);
        foreach (var model in new[] { new BoostedTreesRegressor(new() { Iterations = 5 }).Fit(data), new RidgeRegression().Fit(data), new NetworkRegressor(Network).Fit(data) })
        {
            ModelFile.Save(Path("model.ballast"), new SavedModel(model));

            Assert.Equal(model.Predict(data), ModelFile.Load(Path("model.ballast")).Regressor!.Predict(data));
        }
    }

    [Fact]
    public void Equal_models_are_equal_files()
    {
        ModelFile.Save(Path("a"), new SavedModel(Trained("trees").Model));
        ModelFile.Save(Path("b"), new SavedModel(Trained("trees").Model));

        Assert.Equal(File.ReadAllBytes(Path("a")), File.ReadAllBytes(Path("b")));
    }

    [Theory]
    [InlineData("logistic")]
    [InlineData("small trees")]
    [InlineData("perceptron")]
    public void A_file_cut_at_any_byte_is_refused(string kind)
    {
        ModelFile.Save(Path("whole"), new SavedModel(Trained(kind).Model));
        var bytes = File.ReadAllBytes(Path("whole"));

        for (var length = 0; length < bytes.Length; length += Math.Max(1, bytes.Length / 700))
        {
            File.WriteAllBytes(Path("cut"), bytes[..length]);
            Assert.Throws<DataFormatException>(() => ModelFile.Load(Path("cut")));
        }
    }

    [Theory]
    [InlineData("logistic")]
    [InlineData("small trees")]
    [InlineData("perceptron")]
    public void A_flipped_byte_is_refused_or_harmless(string kind)
    {
        var (model, data) = Trained(kind);
        ModelFile.Save(Path("whole"), new SavedModel(model));
        var bytes = File.ReadAllBytes(Path("whole"));
        var expected = model.Predict(data).Values.ToArray();

        for (var place = 0; place < bytes.Length; place += Math.Max(1, bytes.Length / 700))
        {
            var flipped = (byte[])bytes.Clone();
            flipped[place] ^= (byte)(1 << (place % 8));
            File.WriteAllBytes(Path("flipped"), flipped);
            try
            {
                Assert.Equal(expected, ModelFile.Load(Path("flipped")).Classifier!.Predict(data).Values.ToArray());
            }
            catch (DataFormatException)
            {
            }
        }
    }

    [Fact]
    public void Files_of_another_kind_or_none_are_named()
    {
        File.WriteAllText(Path("text.csv"), "a,b\n1,2\n");

        Assert.Contains("text.csv", Assert.Throws<DataFormatException>(() => ModelFile.Load(Path("text.csv"))).Message);
        Assert.Throws<FileNotFoundException>(() => ModelFile.Load(Path("absent")));
    }

    [Fact]
    public void Models_without_a_saved_form_leave_no_file()
    {
        Assert.Throws<NotSupportedException>(() => ModelFile.Save(Path("model"), new SavedModel(new ConstantClassifier(["a", "b"], [], 0))));

        Assert.Empty(Directory.EnumerateFiles(folder));
    }

    private static (ITrainedClassifier Model, Dataset Data) Trained(string kind)
    {
        var data = TableSamples.Classes(200, kind == "two classes" ? 2 : 3);
        var trees = new BoostedTrees(new() { Iterations = kind == "small trees" ? 1 : 10, Leaves = kind == "small trees" ? 3 : 15 });
        return kind switch
        {
            "logistic" => (new LogisticRegression().Fit(data), data),
            "average" => (new AveragedClassifier(trees, new LogisticRegression()).Fit(data), data),
            "perceptron" => (new NetworkClassifier(Network with { Scaling = NumericScaling.Quantile }).Fit(data), data),
            "residual network" => (new NetworkClassifier(Network with { Architecture = TabularArchitecture.ResNet }).Fit(data), data),
            "network of no features" => (new NetworkClassifier(Network).Fit(data.SelectColumns([])), data.SelectColumns([])),
            "no features" => (trees.Fit(data.SelectColumns([])), data.SelectColumns([])),
            _ => (trees.Fit(data), data),
        };
    }

    private string Path(string name) => System.IO.Path.Combine(folder, name);
}
