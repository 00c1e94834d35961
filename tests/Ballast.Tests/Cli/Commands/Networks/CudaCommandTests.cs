using Ballast.Cli.Shell;
using Ballast.Tests.Learning.Training;
using Ballast.Tests.Shared;
using static TorchSharp.torch;

namespace Ballast.Tests.Cli.Commands.Networks;

/// <summary><c>train</c> and <c>attack</c> with <c>--device cuda</c>.</summary>
[Collection(TorchMemory.Name)]
public sealed class CudaCommandTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("--loss", "ldam-drw", "--sampler", "progressive", "--average", "ema")]
    [InlineData("--average", "swa", "--augment", "crop-flip", "--mix", "cutmix", "--optimizer", "sgd")]
    [InlineData("--method", "lws", "--accumulate", "2", "--clip", "1", "--schedule", "cosine", "--warm-up", "1")]
    [InlineData("--method", "tau-norm", "--model-kind", "resnet-32")]
    [InlineData("--method", "ncm", "--model-kind", "small-cnn")]
    public void Images_are_learnt_on_the_card(params string[] options)
    {
        GraphicsCard.Require();
        var images = ImageSamples.Folder(folder, "images", 20, 20, 20);

        var trained = ProgramRun.Of(["train", images, "--epochs", "12", "--batch", "16", "--out", folder.File("m.safetensors"), "--json", "--device", "cuda", .. options]);
        var predicted = ProgramRun.Of("predict", images, "--model", folder.File("m.safetensors"), "--out", folder.File("p.csv"));

        Assert.Equal((0, ""), (trained.ExitCode, trained.Error));
        Assert.True((double)trained.Json["metrics"]!["balanced_accuracy"]!["value"]! > 0.3, trained.Output);
        Assert.Equal(0, predicted.ExitCode);
    }

    [Theory]
    [InlineData("pgd:steps=3")]
    [InlineData("srat:steps=3,start=2")]
    [InlineData("ibp:start=1,length=2")]
    [InlineData("crown-ibp:start=1,length=3")]
    [InlineData("fast-certified:start=1,length=3")]
    public void Images_are_trained_against_changes_on_the_card(string method)
    {
        GraphicsCard.Require();
        var images = ImageSamples.Folder(folder, "images", 20, 20);

        var trained = ProgramRun.Of("train", images, "--epochs", "5", "--batch", "16", "--method", method, "--eps", "0.01", "--model-kind", "small-cnn", "--out", folder.File("m.safetensors"), "--json", "--device", "cuda");

        Assert.Equal((0, ""), (trained.ExitCode, trained.Error));
        Assert.True((double)trained.Json["robust"]!["accuracy"]!["value"]! <= (double)trained.Json["metrics"]!["accuracy"]!["value"]!);
    }

    [Theory]
    [InlineData("m.safetensors")]
    [InlineData("m.onnx")]
    public void Images_are_attacked_on_the_card_as_on_the_processor(string model)
    {
        GraphicsCard.Require();
        var images = ImageSamples.Folder(folder, "images", 20, 20, 20);
        Assert.Equal(0, ProgramRun.Of("train", images, "--epochs", "12", "--batch", "16", "--out", folder.File(model)).ExitCode);
        ProgramRun Attack(string device) => ProgramRun.Of("attack", folder.File(model), images, "--eps", "0.1", "--steps", "10", "--device", device, "--json");

        var (expected, found) = (Attack("cpu"), GraphicsCard.Exactly(() => Attack("cuda")));

        Assert.Equal((0, ""), (found.ExitCode, found.Error));
        Assert.Equal((double)expected.Json["clean"]!["value"]!, (double)found.Json["clean"]!["value"]!);
        Assert.Equal((double)expected.Json["robust"]!["value"]!, (double)found.Json["robust"]!["value"]!, 0.04);
    }

    [Theory]
    [InlineData("mlp", "--loss", "balanced-softmax")]
    [InlineData("resnet", "--method", "pgd:steps=3", "--eps", "0.1")]
    public void Tables_are_learnt_and_attacked_on_the_card(string kind, params string[] options)
    {
        GraphicsCard.Require();
        var people = folder.File("people.csv");
        File.WriteAllLines(people, ["height,colour,answer", .. Enumerable.Range(0, 120).Select(i => $"{(i * 37 % 100) / 50.0 - 1:0.###},{(i % 2 == 0 ? "red" : "blue")},{((i * 37 % 100) / 50.0 - 1 + (i % 2 == 0 ? 0.3 : -0.3) > 0 ? "yes" : "no")}")]);

        var trained = ProgramRun.Of(["train", people, "--target", "answer", "--model-kind", kind, "--epochs", "30", "--out", folder.File("m.ballast"), "--json", "--device", "cuda", .. options]);
        var attacked = ProgramRun.Of("attack", folder.File("m.ballast"), people, "--eps", "0.2", "--method", "pgd", "--device", "cuda", "--json");

        Assert.Equal((0, ""), (trained.ExitCode, trained.Error));
        Assert.Equal((0, ""), (attacked.ExitCode, attacked.Error));
        Assert.True((double)attacked.Json["clean"]!["value"]! > 0.7, attacked.Output);
    }

    [Fact]
    public void A_stopped_training_goes_on_and_another_device_is_another_training()
    {
        GraphicsCard.Require();
        var images = ImageSamples.Folder(folder, "images", 14, 14);
        ProgramRun Train(string epochs, string device) => ProgramRun.Of(
            "train", images, "--epochs", epochs, "--batch", "8", "--patience", "0", "--checkpoints", folder.File("state"), "--out", folder.File("m.safetensors"), "--json", "--device", device);

        Assert.Equal(0, Train("3", "cuda").ExitCode);

        Assert.True((bool)Train("3", "cuda").Json["resumed"]!);
        var other = Train("3", "cpu");
        Assert.Equal(2, other.ExitCode);
        Assert.Contains("device", other.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_card_that_is_full_is_said_to_be_in_one_sentence()
    {
        var card = GraphicsCard.Require();

        var error = Record.Exception(() => empty([1L << 42], float32, card));

        Assert.Contains("graphics card has not enough memory", Failure.Of(error!, CancellationToken.None).Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_a_card_attack_refuses_before_it_reads_anything()
    {
        Assert.SkipWhen(cuda.is_available(), "There is a CUDA graphics card.");

        var run = ProgramRun.Of("attack", "none.onnx", "none.csv", "--eps", "1", "--device", "cuda");

        Assert.Equal(2, run.ExitCode);
        Assert.Contains("No CUDA device can be used", run.Error, StringComparison.Ordinal);
    }
}
