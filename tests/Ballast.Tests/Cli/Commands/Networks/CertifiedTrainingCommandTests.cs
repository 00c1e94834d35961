using Ballast.Tests.Shared;

namespace Ballast.Tests.Cli.Commands.Networks;

/// <summary><c>train --method ibp|crown-ibp|fast-certified</c>.</summary>
public sealed class CertifiedTrainingCommandTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("ibp:start=1,length=2")]
    [InlineData("crown-ibp:start=1,length=2")]
    [InlineData("fast-certified:start=1,length=2")]
    public void Images_are_trained_for_proofs_and_judged_by_them(string method)
    {
        var images = ImageSamples.Folder(folder, "images", 20, 20);

        var trained = ProgramRun.Of("train", images, "--epochs", "5", "--batch", "16", "--method", method, "--eps", "0.02", "--out", folder.File("m.safetensors"), "--json");

        Assert.Equal((0, ""), (trained.ExitCode, trained.Error));
        Assert.Equal((method, 0.02, "cnn-7"), ((string)trained.Json["method"]!, (double)trained.Json["epsilon"]!, (string)trained.Json["network"]!));
        var (certified, robust) = ((double)trained.Json["certified"]!["accuracy"]!["value"]!, (double)trained.Json["robust"]!["accuracy"]!["value"]!);
        Assert.True(certified <= robust, $"{certified} > {robust}");
        var again = ProgramRun.Of("certify", folder.File("m.safetensors"), images, "--eps", "0.02", "--method", "ibp", "--json");
        Assert.Equal(0, again.ExitCode);
        Assert.Equal(["cat", "dog"], again.Json["classes"]!.AsArray().Select(item => (string)item!["name"]!));
    }

    [Fact]
    public void Networks_of_tables_are_trained_for_proofs_with_their_categories()
    {
        File.WriteAllLines(folder.File("t.csv"),
            ["a,b,kind,y", .. Enumerable.Range(0, 120).Select(i => $"{(i % 2 == 0 ? 1 : -1) + (i * 7 % 80 - 40) / 100.0:0.000},{i * 3 % 10 / 10.0:0.0},{(i % 3 == 0 ? "u" : "v")},{(i % 2 == 0 ? "yes" : "no")}")]);

        var trained = ProgramRun.Of("train", folder.File("t.csv"), "--target", "y", "--model-kind", "mlp", "--epochs", "30", "--folds", "2", "--method", "fast-certified", "--eps", "0.1", "--out", folder.File("m.ballast"));
        var certified = ProgramRun.Of("certify", folder.File("m.ballast"), folder.File("t.csv"), "--eps", "0.1", "--method", "ibp", "--json");

        Assert.True(trained.ExitCode == 0, trained.Error);
        Assert.True((double)certified.Json["certified"]!["value"]! > 0.8, $"{certified.Json["certified"]}");
    }

    [Fact]
    public void What_does_not_go_together_is_told()
    {
        var images = ImageSamples.Folder(folder, "images", 8, 8);
        ProgramRun Train(params string[] more) => ProgramRun.Of(["train", images, "--epochs", "1", "--out", folder.File("m.safetensors"), .. more]);

        Assert.Contains("--eps", Train("--method", "ibp").Error, StringComparison.Ordinal);
        Assert.Contains("--loss", Train("--method", "ibp", "--eps", "0.1", "--loss", "focal").Error, StringComparison.Ordinal);
        Assert.Contains("'lenght'", Train("--method", "ibp:lenght=3", "--eps", "0.1").Error, StringComparison.Ordinal);
        Assert.Contains("cannot be bounded", Train("--method", "fast-certified", "--eps", "0.1", "--model-kind", "efficientnet-tiny", "--size", "32").Error, StringComparison.Ordinal);
        Assert.False(File.Exists(folder.File("m.safetensors")));
    }
}
