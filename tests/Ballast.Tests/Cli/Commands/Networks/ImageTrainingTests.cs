using Ballast.Learning.LongTail;
using Ballast.Tests.Shared;

namespace Ballast.Tests.Cli.Commands.Networks;

/// <summary><c>train</c> on folders and IDX files, and <c>predict</c> with what it wrote.</summary>
public sealed class ImageTrainingTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public static TheoryData<string> Losses => [.. LongTailLosses.Known.Names, "comp-sum:tau=0.5", "focal:gamma=2,beta=0.99"];

    public static TheoryData<string> Samplers => [.. LongTailSamplers.Known.Names];

    public static TheoryData<string> Methods => [.. LongTailMethods.Known.Names];

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("model.safetensors")]
    [InlineData("model.onnx")]
    public void A_folder_by_class_is_learnt_measured_and_predicted(string model)
    {
        var images = ImageSamples.Folder(folder, "images", 20, 20, 20);

        var trained = ProgramRun.Of("train", images, "--epochs", "12", "--batch", "16", "--out", folder.File(model), "--json");
        string[] classes = model.EndsWith(".onnx", StringComparison.Ordinal) ? ["--classes", "cat,dog,owl"] : [];
        var predicted = ProgramRun.Of(["predict", images, "--model", folder.File(model), "--out", folder.File("p.csv"), .. classes]);

        Assert.Equal((0, ""), (trained.ExitCode, trained.Error));
        Assert.Equal(42, (int)trained.Json["rows"]!["train"]!);
        var balanced = trained.Json["metrics"]!["balanced_accuracy"]!;
        Assert.True((double)balanced["value"]! > 0.8, trained.Output);
        Assert.InRange((double)balanced["value"]!, (double)balanced["interval"]!["low"]!, (double)balanced["interval"]!["high"]!);
        Assert.Equal(["cat", "dog", "owl"], trained.Json["recall"]!.AsObject().Select(pair => pair.Key));
        Assert.Equal((0, false), (predicted.ExitCode, predicted.Error.Contains("warning", StringComparison.Ordinal)));
        var rows = File.ReadAllLines(folder.File("p.csv")).Select(line => line.Split(',')).ToArray();
        Assert.Equal(["image", "prediction", "probability_cat", "probability_dog", "probability_owl"], rows[0]);
        Assert.Equal(61, rows.Length);
        Assert.True(rows[1..].Count(row => row[0].StartsWith(row[1], StringComparison.Ordinal)) > 50);
        Assert.All(rows[1..], row => Assert.Equal(1, row[2..].Sum(double.Parse), 1e-9));
    }

    [Fact]
    public void Idx_files_are_trained_on_packed_or_not()
    {
        var (images, labels) = ImageSamples.Idx(folder, 15, 15);
        var packed = folder.File("packed.gz");
        using (var file = File.Create(packed))
        using (var gzip = new System.IO.Compression.GZipStream(file, System.IO.Compression.CompressionMode.Compress))
            gzip.Write(File.ReadAllBytes(images));

        var trained = Train(images, "a.safetensors", "--labels", labels);
        var again = Train(packed, "b.safetensors", "--labels", labels);
        var predicted = ProgramRun.Of("predict", images, "--model", folder.File("a.safetensors"), "--out", folder.File("p.csv"));

        Assert.Equal((0, 0, 0), (trained.ExitCode, again.ExitCode, predicted.ExitCode));
        Assert.Equal(File.ReadAllBytes(folder.File("a.safetensors")), File.ReadAllBytes(folder.File("b.safetensors")));
        Assert.Equal("30", File.ReadAllLines(folder.File("p.csv"))[^1].Split(',')[0]);
    }

    [Theory]
    [MemberData(nameof(Losses))]
    public void Every_loss_trains(string loss) => AssertTrains("--loss", loss);

    [Theory]
    [MemberData(nameof(Samplers))]
    public void Every_sampler_trains(string sampler) => AssertTrains("--sampler", sampler);

    [Theory]
    [MemberData(nameof(Methods))]
    public void Every_method_of_the_last_layer_is_kept_in_either_file(string method)
    {
        AssertTrains("--method", method);

        Assert.Equal(0, ProgramRun.Of("export", folder.File("model.safetensors"), "--out", folder.File("model.onnx")).ExitCode);
        Assert.Equal(Predictions("model.safetensors"), Predictions("model.onnx", "--classes", "cat", "dog"));
    }

    [Theory]
    [InlineData("none", "mixup")]
    [InlineData("none", "cutmix")]
    [InlineData("flip", "none")]
    [InlineData("crop-flip", "none")]
    [InlineData("regular", "mixup")]
    [InlineData("intensive", "none")]
    [InlineData("randaugment", "cutmix")]
    public void Images_are_augmented_and_mixed(string augment, string mix) => AssertTrains("--augment", augment, "--mix", mix);

    [Theory]
    [InlineData("--optimizer", "sgd", "--schedule", "cosine", "--warm-up", "1", "--clip", "1")]
    [InlineData("--optimizer", "adam", "--schedule", "step", "--accumulate", "2", "--average", "ema")]
    [InlineData("--average", "swa", "--validation", "0", "--test", "0")]
    [InlineData("--average", "swa", "--threads", "1", "--patience", "0")]
    [InlineData("--loss", "comp-sum", "--tau", "1.7", "--weight-decay", "0")]
    public void Settings_of_the_optimiser_are_heeded(params string[] settings) => AssertTrains(settings);

    [Theory]
    [InlineData("lenet", "16")]
    [InlineData("efficientnet-tiny", "16")]
    [InlineData("resnet-32", "8")]
    public void Networks_are_picked_by_name(string network, string size)
    {
        var trained = Train(ImageSamples.Folder(folder, "images", 6, 6), "model.safetensors", "--model-kind", network, "--size", size, "--color", "color");

        Assert.Equal(0, trained.ExitCode);
        Assert.Equal(0, ProgramRun.Of("predict", folder.File("images"), "--model", folder.File("model.safetensors"), "--out", folder.File("p.csv")).ExitCode);
    }

    [Fact]
    public void The_same_seed_gives_the_same_bytes_and_another_seed_others()
    {
        var images = ImageSamples.Folder(folder, "images", 14, 14);
        string[] drawn = ["--augment", "regular", "--mix", "mixup", "--sampler", "sqrt", "--seed"];

        Train(images, "a.safetensors", [.. drawn, "4"]);
        Train(images, "b.safetensors", [.. drawn, "4"]);
        Train(images, "c.safetensors", [.. drawn, "5"]);

        Assert.Equal(File.ReadAllBytes(folder.File("a.safetensors")), File.ReadAllBytes(folder.File("b.safetensors")));
        Assert.Equal(File.ReadAllBytes(folder.File("a.json")), File.ReadAllBytes(folder.File("b.json")));
        Assert.NotEqual(File.ReadAllBytes(folder.File("a.safetensors")), File.ReadAllBytes(folder.File("c.safetensors")));
    }

    [Theory]
    [InlineData("first.safetensors")]
    [InlineData("first.onnx")]
    public void Training_goes_on_from_a_network_which_sees_pixels_as_it_did(string first)
    {
        var images = ImageSamples.Folder(folder, "images", 16, 16, 16);
        Assert.Equal(0, Train(images, first, "--epochs", "12").ExitCode);

        // Steps of nothing: what the network knew, it still knows.
        var further = Train(images, "second.safetensors", "--from", folder.File(first), "--epochs", "1", "--rate", "1e-12", "--weight-decay", "0");

        Assert.Equal((0, false), (further.ExitCode, further.Error.Contains("warning", StringComparison.Ordinal)));
        Assert.Equal(Predictions(first, first.EndsWith("onnx", StringComparison.Ordinal) ? ["--classes", "cat,dog,owl"] : []), Predictions("second.safetensors"));
    }

    [Theory]
    [InlineData("first.safetensors")]
    [InlineData("first.onnx")]
    public void A_network_made_for_other_classes_gets_a_new_last_layer(string first)
    {
        Assert.Equal(0, Train(ImageSamples.Folder(folder, "images", 8, 8, 8), first).ExitCode);
        var others = ImageSamples.Folder(folder, "others", 10, 10);
        Directory.Move(Path.Combine(others, "dog"), Path.Combine(others, "fox"));

        var further = Train(others, "second.safetensors", "--from", folder.File(first));
        Assert.Equal(0, ProgramRun.Of("predict", others, "--model", folder.File("second.safetensors"), "--out", folder.File("p.csv")).ExitCode);

        Assert.Equal(0, further.ExitCode);
        Assert.Contains("made for other classes: its last layer starts anew", further.Error, StringComparison.Ordinal);
        Assert.Equal("image,prediction,probability_cat,probability_fox", File.ReadLines(folder.File("p.csv")).First());
    }

    [Fact]
    public void Classes_of_other_names_but_as_many_are_other_classes()
    {
        Assert.Equal(0, Train(ImageSamples.Folder(folder, "images", 8, 8), "first.safetensors").ExitCode);
        Directory.Move(folder.File("images/dog"), folder.File("images/ape"));

        var further = Train(folder.File("images"), "second.safetensors", "--from", folder.File("first.safetensors"));

        Assert.Contains("made for other classes", further.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void What_was_done_is_told_to_a_person()
    {
        using var terminal = new StringWriter();
        var run = ProgramRun.With(
            host => host with { Error = terminal, ErrorIsTerminal = true },
            "train", ImageSamples.Folder(folder, "images", 20, 20), "--epochs", "2", "--method", "tau-norm", "--out", folder.File("model.safetensors"));

        Assert.Equal(0, run.ExitCode);
        Assert.StartsWith("small-cnn of ", run.Output, StringComparison.Ordinal);
        Assert.Contains("28 training images, 2 epochs", run.Output, StringComparison.Ordinal);
        Assert.Contains("On 6 test images:\n  accuracy  ", run.Output, StringComparison.Ordinal);
        Assert.Contains("  recall of cat  ", run.Output, StringComparison.Ordinal);
        Assert.EndsWith($"Wrote {folder.File("model.safetensors")}.\n", run.Output, StringComparison.Ordinal);
        Assert.Contains("epoch 2 of 2, loss ", terminal.ToString(), StringComparison.Ordinal);
    }

    private void AssertTrains(params string[] options)
    {
        var run = Train(ImageSamples.Folder(folder, "images", 14, 7), "model.safetensors", [.. options, "--json"]);

        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Equal(2, (int)run.Json["epochs"]!);
        Assert.True(File.Exists(folder.File("model.safetensors")) && File.Exists(folder.File("model.json")));
    }

    private ProgramRun Train(string data, string output, params string[] options)
    {
        string[] few = options.Contains("--epochs") ? [] : ["--epochs", "2"];
        return ProgramRun.Of(["train", data, "--batch", "8", .. few, "--out", folder.File(output), .. options]);
    }

    // Class and probability to five places: files of either kind round differently in the seventh.
    private string[] Predictions(string model, params string[] options)
    {
        Assert.Equal(0, ProgramRun.Of(["predict", folder.File("images"), "--model", folder.File(model), "--out", folder.File("p.csv"), .. options]).ExitCode);
        return [.. File.ReadLines(folder.File("p.csv")).Skip(1).Select(line => line.Split(',')).Select(row => $"{row[0]} {row[1]} {string.Join(' ', row[2..].Select(p => $"{double.Parse(p):0.0000}"))}")];
    }
}
