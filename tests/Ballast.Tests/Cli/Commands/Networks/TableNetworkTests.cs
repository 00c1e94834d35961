using Ballast.Cli.Commands.Networks;
using Ballast.Core;
using Ballast.Data.Reading;
using Ballast.Learning.Networks;
using Ballast.Learning.Tabular;
using Ballast.Learning.Tabular.Saving;
using Ballast.Tests.Learning.Onnx;
using Ballast.Tests.Shared;

namespace Ballast.Tests.Cli.Commands.Networks;

/// <summary><c>train</c> on tables with networks, and what <c>export</c> makes of them.</summary>
public sealed class TableNetworkTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly string people;

    public TableNetworkTests()
    {
        var random = RandomStream.For(1, "people");
        var lines = Enumerable.Range(0, 120).Select(i =>
        {
            var (height, colour) = (random.NextGaussian(), random.Next(2) == 0 ? "red" : "blue");
            return $"{height:0.###},{colour},{(height + (colour == "red" ? 1 : -1) > 0 ? "yes" : "no")},{100 + 30 * height:0.###}";
        });
        people = folder.File("people.csv");
        File.WriteAllLines(people, ["height,colour,answer,income", .. lines]);
    }

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("mlp")]
    [InlineData("resnet")]
    public void A_network_of_a_table_is_judged_out_of_fold_saved_and_predicts(string kind)
    {
        var trained = Train("answer", "--model-kind", kind, "--epochs", "40");
        var predicted = ProgramRun.Of("predict", people, "--model", folder.File("model.ballast"), "--out", folder.File("p.csv"));

        Assert.Equal((0, ""), (trained.ExitCode, trained.Error));
        Assert.True((double)trained.Json["metrics"]!["accuracy"]! > 0.85, trained.Output);
        Assert.Equal((0, 121), (predicted.ExitCode, File.ReadAllLines(folder.File("p.csv")).Length));
    }

    [Theory]
    [InlineData("--loss", "balanced-softmax", "--sampler", "class-balanced", "--method", "crt:epochs=2")]
    [InlineData("--loss", "comp-sum:tau=0", "--optimizer", "sgd", "--rate", "0.05", "--clip", "2", "--accumulate", "2")]
    [InlineData("--average", "ema", "--schedule", "step", "--batch", "32", "--threads", "1")]
    [InlineData("--average", "swa", "--weight-decay", "0")]
    [InlineData("--class-weights")]
    [InlineData("--resample", "random-over")]
    public void Settings_of_networks_are_heeded_on_tables(params string[] settings)
    {
        var plain = Train("answer", "--model-kind", "mlp", "--epochs", "3");
        var bytes = File.ReadAllBytes(folder.File("model.ballast"));
        var run = Train("answer", ["--model-kind", "mlp", "--epochs", "3", .. settings]);

        Assert.Equal((0, 0), (plain.ExitCode, run.ExitCode));
        Assert.NotEqual(bytes, File.ReadAllBytes(folder.File("model.ballast")));
    }

    [Fact]
    public void The_same_seed_gives_the_same_bytes()
    {
        Train("answer", "--model-kind", "mlp", "--epochs", "3");
        var bytes = File.ReadAllBytes(folder.File("model.ballast"));

        Train("answer", "--model-kind", "mlp", "--epochs", "3");

        Assert.Equal(bytes, File.ReadAllBytes(folder.File("model.ballast")));
    }

    [Theory]
    [InlineData("mlp")]
    [InlineData("resnet")]
    public void Amounts_are_learnt_and_exported_in_their_own_unit(string kind)
    {
        var trained = Train("income", "--model-kind", kind, "--epochs", "60");
        var exported = ProgramRun.Of("export", folder.File("model.ballast"), "--out", folder.File("m.onnx"), "--json");

        Assert.True((double)trained.Json["metrics"]!["root_mean_square_error"]! < 15, trained.Output);
        Assert.Equal(0, exported.ExitCode);
        var model = ModelFile.Load(folder.File("model.ballast"));
        var data = model.Encoder!.Transform(TableReader.Read(people));
        var regressor = (TrainedNetworkRegressor)model.Regressor!;
        var encoded = regressor.Encoding.Apply(data);
        using var runtime = new OnnxRuntimeModel(File.ReadAllBytes(folder.File("m.onnx")));
        var outputs = runtime.Run([(encoded.Features.ToArray(), [encoded.Count, encoded.Width])])[0];
        Assert.All(regressor.Predict(data).Zip(outputs), pair => Assert.Equal(pair.First, pair.Second, 1e-2));
    }

    [Theory]
    [InlineData("m.onnx")]
    [InlineData("m.safetensors")]
    public void A_tables_network_is_exported_and_comes_back(string file)
    {
        Train("answer", "--model-kind", "resnet", "--epochs", "2");

        var exported = ProgramRun.Of("export", folder.File("model.ballast"), "--out", folder.File(file), "--json");

        Assert.Equal(0, exported.ExitCode);
        Assert.Contains("rows as they are after encoding", exported.Error, StringComparison.Ordinal);
        Assert.Equal(["no", "yes"], exported.Json["classes"]!.AsArray().Select(name => (string)name!));
        using var network = NetworkReading.Open(folder.File(file)).Network;
        Assert.Equal(2, HeadConfiguration.Of(network.Head).Outputs);
    }

    private ProgramRun Train(string target, params string[] options) =>
        ProgramRun.Of(["train", people, "--target", target, "--folds", "2", "--out", folder.File("model.ballast"), "--json", .. options]);
}
