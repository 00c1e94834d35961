using Ballast.Tests.Shared;

namespace Ballast.Tests.Cli.Commands.Networks;

/// <summary><c>train --method pgd|srat</c>.</summary>
public sealed class RobustTrainingTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("pgd:steps=3")]
    [InlineData("srat:steps=3,start=2")]
    public void Images_are_trained_against_changes_and_judged_under_attack(string method)
    {
        var images = ImageSamples.Folder(folder, "images", 20, 20);

        var trained = ProgramRun.Of("train", images, "--epochs", "5", "--batch", "16", "--method", method, "--eps", "0.05", "--out", folder.File("m.safetensors"), "--json");

        Assert.Equal((0, ""), (trained.ExitCode, trained.Error));
        Assert.Equal((method, 0.05), ((string)trained.Json["method"]!, (double)trained.Json["epsilon"]!));
        var (clean, robust) = (trained.Json["metrics"]!["accuracy"]!, trained.Json["robust"]!["accuracy"]!);
        Assert.True((double)robust["value"]! <= (double)clean["value"]!);
        Assert.Equal(["cat", "dog"], trained.Json["robust"]!["recall"]!.AsObject().Select(pair => pair.Key));
        Assert.Equal(0, ProgramRun.Of("predict", images, "--model", folder.File("m.safetensors"), "--out", folder.File("p.csv")).ExitCode);
        Assert.Contains("Under PGD", ProgramRun.Of("train", images, "--epochs", "1", "--method", method, "--eps", "0.05", "--out", folder.File("m.safetensors")).Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Training_against_changes_leaves_more_under_attack()
    {
        var (images, labels) = Noisy();
        double Robust(params string[] more)
        {
            string[] common = ["--labels", labels];
            Assert.Equal(0, ProgramRun.Of(["train", images, .. common, "--epochs", "12", "--batch", "16", "--patience", "0", "--test", "0", "--validation", "0", "--out", folder.File("m.safetensors"), .. more]).ExitCode);
            return (double)ProgramRun.Of(["attack", folder.File("m.safetensors"), images, .. common, "--eps", "0.12", "--method", "pgd", "--json"]).Json["robust"]!["value"]!;
        }

        var (plain, pgd) = (Robust(), Robust("--method", "pgd:steps=5", "--eps", "0.12"));

        Assert.True(pgd > plain + 0.1, $"{pgd} against {plain}");
    }

    [Fact]
    public void A_stopped_training_goes_on_to_the_same_bytes()
    {
        var images = ImageSamples.Folder(folder, "images", 14, 14);
        ProgramRun Train(string output, string epochs, params string[] more) => ProgramRun.Of(
            ["train", images, "--epochs", epochs, "--batch", "8", "--method", "srat:steps=2,start=1", "--eps", "0.05", "--out", folder.File(output), .. more]);

        Assert.Equal(0, Train("whole.safetensors", "3").ExitCode);
        Assert.Equal(0, Train("kept.safetensors", "3", "--checkpoints", folder.File("state")).ExitCode);
        Assert.Equal(0, Train("again.safetensors", "3", "--checkpoints", folder.File("state")).ExitCode);

        Assert.Equal(File.ReadAllBytes(folder.File("whole.safetensors")), File.ReadAllBytes(folder.File("kept.safetensors")));
        Assert.Equal(File.ReadAllBytes(folder.File("whole.safetensors")), File.ReadAllBytes(folder.File("again.safetensors")));
    }

    [Fact]
    public void Networks_of_tables_are_trained_against_changes_of_their_numbers()
    {
        // The second column tells the class a little and survives changes; the first tells it exactly, by a hair.
        File.WriteAllLines(folder.File("t.csv"),
            ["fine,coarse,kind,y", .. Enumerable.Range(0, 160).Select(i => $"{(i % 2 == 0 ? 0.1 : -0.1) + (i * 7 % 80 - 40) / 1000.0:0.000},{(i % 2 == 0 ? 1 : -1) * (i % 5 == 0 ? -1 : 1) + (i * 3 % 10) / 50.0:0.000},{(i % 3 == 0 ? "a" : "b")},{(i % 2 == 0 ? "yes" : "no")}")]);
        double Robust(params string[] more)
        {
            var trained = ProgramRun.Of(["train", folder.File("t.csv"), "--target", "y", "--model-kind", "mlp", "--epochs", "30", "--folds", "2", "--patience", "0", "--out", folder.File("m.ballast"), .. more]);
            Assert.Equal((0, true), (trained.ExitCode, trained.Error.Length >= 0));
            return (double)ProgramRun.Of("attack", folder.File("m.ballast"), folder.File("t.csv"), "--eps", "0.8", "--method", "pgd", "--json").Json["robust"]!["value"]!;
        }

        var (plain, pgd) = (Robust(), Robust("--method", "pgd", "--eps", "0.8"));

        Assert.True(pgd > plain, $"{pgd} against {plain}");
    }

    [Theory]
    [InlineData("--method pgd needs --eps", "--method", "pgd")]
    [InlineData("--eps goes with --method pgd|srat", "--eps", "0.1")]
    [InlineData("--eps goes with --method pgd|srat", "--method", "crt", "--eps", "0.1")]
    [InlineData("--eps must be at least 0", "--method", "pgd", "--eps=-1")]
    [InlineData("pixels lie in [0,1]", "--method", "pgd", "--eps", "8")]
    [InlineData("--mix mixup gives samples of two classes", "--method", "srat", "--eps", "0.1", "--mix", "mixup")]
    [InlineData("has no option 'step'; did you mean 'steps'?", "--method", "pgd:step=3", "--eps", "0.1")]
    [InlineData("There is no method 'pgdd'; did you mean 'pgd'?", "--method", "pgdd", "--eps", "0.1")]
    [InlineData("steps must be greater than 0", "--method", "pgd:steps=0", "--eps", "0.1")]
    public void Settings_that_cannot_be_are_refused(string sentence, params string[] options)
    {
        var run = ProgramRun.Of(["train", ImageSamples.Folder(folder, "images", 8, 8), "--out", folder.File("m.safetensors"), .. options]);

        Assert.Equal(2, run.ExitCode);
        Assert.Contains(sentence, run.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(folder.File("m.safetensors")));
    }

    // 12 x 12 pixels: the brighter half tells the class with a difference of 0.25, and a fixed faint pattern tells it too, by less than the attack may move.
    private (string Images, string Labels) Noisy()
    {
        const int side = 12, count = 80;
        var random = Ballast.Core.RandomStream.For(1, "robust training images");
        var pattern = Enumerable.Range(0, side * side).Select(_ => random.NextDouble() < 0.5 ? -20 : 20).ToArray();
        var (pixels, labels) = (new List<byte>(), new List<byte>());
        for (var i = 0; i < count; i++)
        {
            var label = i % 2;
            labels.Add((byte)label);
            for (var p = 0; p < side * side; p++)
                pixels.Add((byte)Math.Clamp(128 + (label == 0 ? 1 : -1) * (pattern[p] + (p < side * side / 2 ? 32 : -32)) + 60 * random.NextGaussian(), 0, 255));
        }
        File.WriteAllBytes(folder.File("images-idx3-ubyte"), [0, 0, 8, 3, 0, 0, 0, count, 0, 0, 0, side, 0, 0, 0, side, .. pixels]);
        File.WriteAllBytes(folder.File("labels-idx1-ubyte"), [0, 0, 8, 1, 0, 0, 0, count, .. labels]);
        return (folder.File("images-idx3-ubyte"), folder.File("labels-idx1-ubyte"));
    }
}
