using System.Text;
using Ballast.Tests.Shared;

namespace Ballast.Tests.Cli.Commands.Networks;

/// <summary><c>train --checkpoints</c>: stopped anywhere and run again, the same bytes as never stopped.</summary>
public sealed class CheckpointCommandTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly string images;

    public CheckpointCommandTests() => images = ImageSamples.Folder(folder, "images", 20, 14);

    private string Checkpoints => folder.File("checkpoints");

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    public void A_training_stopped_in_the_middle_goes_on_to_the_same_bytes(int afterEpoch)
    {
        Assert.Equal(0, Train("whole.safetensors").ExitCode);

        var stopped = StoppedAfter(afterEpoch);
        Assert.False(File.Exists(folder.File("model.safetensors")));
        var resumed = Train("model.safetensors", "--checkpoints", Checkpoints, "--json");

        Assert.Equal(130, stopped.ExitCode);
        Assert.EndsWith("ballast: cancelled\n", stopped.Error, StringComparison.Ordinal);
        Assert.Equal((0, true), (resumed.ExitCode, (bool)resumed.Json["resumed"]!));
        Assert.Equal(File.ReadAllBytes(folder.File("whole.safetensors")), File.ReadAllBytes(folder.File("model.safetensors")));
    }

    [Fact]
    public void A_checkpoint_cut_anywhere_is_passed_over_with_a_warning_for_the_one_before()
    {
        Assert.Equal(0, Train("whole.safetensors", "--checkpoints", Checkpoints).ExitCode);
        var kept = Directory.GetFiles(Checkpoints).ToDictionary(path => path, File.ReadAllBytes);
        var newest = Directory.GetFiles(Checkpoints, "*.json").Order(StringComparer.Ordinal).Last();

        foreach (var path in new[] { newest, Path.ChangeExtension(newest, ".safetensors") })
            foreach (var share in new[] { 0, 0.01, 0.3, 0.999 })
            {
                foreach (var (file, content) in kept)
                    File.WriteAllBytes(file, content);
                File.WriteAllBytes(path, kept[path][..(int)(share * kept[path].Length)]);

                var again = Train("model.safetensors", "--checkpoints", Checkpoints);

                Assert.True(again.ExitCode == 0, again.Error);
                Assert.Contains("A damaged checkpoint was passed over", again.Error, StringComparison.Ordinal);
                Assert.Equal(File.ReadAllBytes(folder.File("whole.safetensors")), File.ReadAllBytes(folder.File("model.safetensors")));
            }
    }

    [Fact]
    public void Checkpoints_of_which_none_is_whole_are_refused_in_a_sentence()
    {
        Assert.Equal(0, Train("model.safetensors", "--checkpoints", Checkpoints).ExitCode);
        var before = File.ReadAllBytes(folder.File("model.safetensors"));
        foreach (var path in Directory.GetFiles(Checkpoints, "*.safetensors"))
            File.WriteAllBytes(path, File.ReadAllBytes(path)[..100]);

        var run = Train("model.safetensors", "--checkpoints", Checkpoints, "--quiet");

        Assert.Equal(2, run.ExitCode);
        Assert.Contains("100 bytes", Assert.Single(run.Error.TrimEnd().Split('\n')), StringComparison.Ordinal);
        Assert.Equal(before, File.ReadAllBytes(folder.File("model.safetensors")));
    }

    [Theory]
    [InlineData("objective", "--loss", "balanced-softmax")]
    [InlineData("objective", "--loss", "comp-sum", "--tau", "1.5")]
    [InlineData("optimizer", "--rate", "0.002")]
    [InlineData("sampler", "--sampler", "sqrt")]
    [InlineData("transform", "--augment", "flip")]
    [InlineData("seed", "--seed", "9")]
    public void Another_training_is_not_gone_on_with(string setting, params string[] options)
    {
        Assert.Equal(0, Train("model.safetensors", "--checkpoints", Checkpoints, "--loss", "comp-sum").ExitCode);

        string[] loss = options[0] == "--loss" ? [] : ["--loss", "comp-sum"];
        var run = Train("other.safetensors", ["--checkpoints", Checkpoints, "--quiet", .. loss, .. options]);

        Assert.Equal(2, run.ExitCode);
        Assert.Contains($"belong to another training: its {setting} is", Assert.Single(run.Error.TrimEnd().Split('\n')), StringComparison.Ordinal);
        Assert.False(File.Exists(folder.File("other.safetensors")));
    }

    [Fact]
    public void A_loss_that_is_no_number_stops_the_training_and_names_the_last_good_checkpoint()
    {
        File.WriteAllText(folder.File("model.safetensors"), "mine");

        // The first epoch ends before the weights overflow; later ones do not.
        var run = Train("model.safetensors", "--checkpoints", Checkpoints, "--optimizer", "sgd", "--rate", "1e25", "--batch", "100", "--quiet");

        Assert.Equal(1, run.ExitCode);
        var sentence = Assert.Single(run.Error.TrimEnd().Split('\n'));
        Assert.Contains("Training stopped in epoch 2, step 2: the ", sentence, StringComparison.Ordinal);
        Assert.Contains("The learning rate was 1e+25", sentence, StringComparison.Ordinal);
        var checkpoint = Assert.Single(Directory.GetFiles(Checkpoints, "*.json"));
        Assert.Contains($"The last good checkpoint is {checkpoint}", sentence, StringComparison.Ordinal);
        Assert.Equal("mine", File.ReadAllText(folder.File("model.safetensors")));
    }

    private static string[] Arguments(string data, string output, string[] options) =>
        [
        "train", data, "--epochs", "6", "--average", "ema", "--patience", "5", "--out", output, .. Unless(options, "--batch", "8"), .. Unless(options, "--augment", "regular"), .. options,
    ];

    private static string[] Unless(string[] options, string name, string value) => options.Contains(name) ? [] : [name, value];

    private ProgramRun Train(string output, params string[] options) => ProgramRun.Of(Arguments(images, folder.File(output), options));

    private ProgramRun StoppedAfter(int epoch)
    {
        using var source = new CancellationTokenSource();
        StoppingWriter? writer = null;
        var run = ProgramRun.With(
            host => host with { Error = writer = new StoppingWriter($"epoch {epoch} of 6, loss", source), Cancellation = source.Token, ErrorIsTerminal = true },
            Arguments(images, folder.File("model.safetensors"), ["--checkpoints", Checkpoints]));
        return run with { Error = writer!.Text };
    }

    // Presses Ctrl-C when a text appears.
    private sealed class StoppingWriter(string text, CancellationTokenSource source) : StringWriter
    {
        public string Text => GetStringBuilder().ToString();

        public override void Write(char value)
        {
            base.Write(value);
            Look();
        }

        public override void Write(string? value)
        {
            base.Write(value);
            Look();
        }

        public override void Write(char[] buffer, int index, int count)
        {
            base.Write(buffer, index, count);
            Look();
        }

        public override Encoding Encoding => Encoding.UTF8;

        private void Look()
        {
            if (GetStringBuilder().ToString().Contains(text, StringComparison.Ordinal))
                source.Cancel();
        }
    }
}
