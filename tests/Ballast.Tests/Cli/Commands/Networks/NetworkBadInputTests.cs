using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Ballast.Tests.Data.Images;
using Ballast.Tests.Shared;
using SkiaSharp;
using TorchSharp;

namespace Ballast.Tests.Cli.Commands.Networks;

/// <summary>What <c>train</c>, <c>predict</c> and <c>export</c> do with what cannot be: exit code 2, one sentence, nothing half-written and nothing overwritten.</summary>
public sealed class NetworkBadInputTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("--epochs must be greater than 0", "--epochs", "0")]
    [InlineData("--batch must be greater than 0", "--batch", "-3")]
    [InlineData("--rate must be greater than 0", "--rate", "0")]
    [InlineData("--rate must be greater than 0", "--rate", "-0.1")]
    [InlineData("--weight-decay must be at least 0", "--weight-decay", "-1")]
    [InlineData("--clip must be greater than 0", "--clip", "0")]
    [InlineData("--accumulate must be greater than 0", "--accumulate", "0")]
    [InlineData("--warm-up must be at least 0", "--warm-up", "-1")]
    [InlineData("--patience must be at least 0", "--patience", "-1")]
    [InlineData("--threads must be greater than 0", "--threads", "0")]
    [InlineData("--size must be greater than 0", "--size", "0")]
    [InlineData("--validation must be at least 0", "--validation", "-0.1")]
    [InlineData("nothing is left to train on", "--validation", "0.6", "--test", "0.4")]
    [InlineData("--method tau-norm picks its strength on validation images", "--method", "tau-norm", "--validation", "0")]
    [InlineData("--tau goes with --loss comp-sum", "--tau", "1.5")]
    [InlineData("tau", "--loss", "comp-sum", "--tau", "-1")]
    [InlineData("use --average ema, or --patience 0", "--average", "swa", "--patience", "3")]
    [InlineData("There is no loss 'focl'; did you mean 'focal'?", "--loss", "focl")]
    [InlineData("The loss 'focal' has no option 'gama'; did you mean 'gamma'?", "--loss", "focal:gama=2")]
    [InlineData("There is no sampler 'sqrtt'; did you mean 'sqrt'?", "--sampler", "sqrtt")]
    [InlineData("There is no method 'ncn'; did you mean 'ncm'?", "--method", "ncn")]
    [InlineData("There is no network 'lenett' for images; did you mean 'lenet'?", "--model-kind", "lenett")]
    [InlineData("There is no network 'trees' for images", "--model-kind", "trees")]
    [InlineData("did you mean 'regular'?", "--augment", "regulr")]
    [InlineData("did you mean 'cutmix'?", "--mix", "cutmx")]
    [InlineData("'--augment'", "--augmnt", "flip")]
    [InlineData("--target is for tables", "--target", "y")]
    [InlineData("--folds is for tables", "--folds", "3")]
    [InlineData("--class-weights is for tables", "--class-weights")]
    [InlineData("--labels goes with IDX files", "--labels", "labels")]
    [InlineData("at least 12 x 12", "--model-kind", "lenet")]
    [InlineData("There is no file", "--from", "absent.safetensors")]
    [InlineData("--model-kind does not go with --from", "--from", "absent.onnx", "--model-kind", "lenet")]
    public void Settings_that_cannot_be_are_refused(string sentence, params string[] options) =>
        Assert.Contains(sentence, Refused(["train", ImageSamples.Folder(folder, "images", 8, 8), .. options]), StringComparison.Ordinal);

    [Theory]
    [InlineData("--augment is for images", "--augment", "flip")]
    [InlineData("--from is for images", "--from", "m.onnx")]
    [InlineData("--validation is for images and --compare", "--validation", "0.2")]
    [InlineData("--checkpoints is for images", "--model-kind", "mlp", "--checkpoints", "here")]
    [InlineData("--epochs is for networks: give --model-kind mlp or resnet", "--epochs", "3")]
    [InlineData("There is no model kind 'mpl' for tables; did you mean 'mlp'?", "--model-kind", "mpl")]
    [InlineData("There is no model kind 'lenet' for tables", "--model-kind", "lenet")]
    [InlineData("--loss needs classes, but 'amount' holds numbers", "--target", "amount", "--model-kind", "mlp", "--loss", "focal")]
    [InlineData("--method tau-norm picks its strength on rows that are set aside", "--model-kind", "mlp", "--method", "tau-norm", "--patience", "0")]
    [InlineData("--method needs classes", "--target", "amount", "--model-kind", "mlp", "--method", "crt")]
    public void Settings_that_cannot_be_for_a_table_are_refused(string sentence, params string[] options)
    {
        string[] target = options.Contains("--target") ? [] : ["--target", "class"];

        Assert.Contains(sentence, Refused(["train", Table(), .. target, .. options]), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("model.onnx")]
    [InlineData("model.safetensors")]
    public void A_model_of_a_table_is_no_network_file(string output) =>
        Assert.Contains("write it as .ballast", Refused("train", Table(), "--target", "class", "--model-kind", "mlp", "--out", folder.File(output)), StringComparison.Ordinal);

    [Fact]
    public void A_target_of_one_class_is_nothing_to_learn()
    {
        File.WriteAllLines(folder.File("one.csv"), ["x,class", .. Enumerable.Range(0, 30).Select(i => $"{i % 4},same")]);

        Assert.Contains("'same'", Refused("train", folder.File("one.csv"), "--target", "class", "--model-kind", "mlp"), StringComparison.Ordinal);
        Assert.Contains("one class, 'cat'", Refused("train", ImageSamples.Folder(folder, "images", 8)), StringComparison.Ordinal);
    }

    [Fact]
    public void The_file_to_write_is_looked_at_before_the_work()
    {
        var images = ImageSamples.Folder(folder, "images", 4, 4);

        Assert.Contains("There is no folder", Refused("train", images, "--out", folder.File("absent/model.safetensors")), StringComparison.Ordinal);
        Assert.Contains("Did you mean 'model.safetensors'?", Refused("train", images, "--out", "model.safetensor"), StringComparison.Ordinal);
        File.WriteAllText(folder.File("notes.json"), "{ \"mine\": true }");
        Assert.Contains("'" + folder.File("notes.json") + "' is no network's manifest", Refused("train", images, "--out", folder.File("notes.safetensors")), StringComparison.Ordinal);
        Assert.Equal("{ \"mine\": true }", File.ReadAllText(folder.File("notes.json")));
        Assert.Contains("is a folder", Refused("train", Table(), "--target", "class", "--out", images), StringComparison.Ordinal);
    }

    [Fact]
    public void Cuda_is_refused_where_there_is_none()
    {
        Assert.SkipWhen(torch.cuda.is_available(), "This machine has a CUDA device.");

        Assert.Contains("No CUDA device can be used", Refused("train", ImageSamples.Folder(folder, "images", 4, 4), "--device", "cuda"), StringComparison.Ordinal);
        Assert.Contains("No CUDA device can be used", Refused("train", Table(), "--target", "class", "--model-kind", "mlp", "--device", "cuda"), StringComparison.Ordinal);
    }

    [Fact]
    public void Images_of_different_sizes_need_a_size()
    {
        var images = ImageSamples.Folder(folder, "images", 8, 8);
        ImageFiles.Grey(folder, "images/cat/wide.png", 12, 8, (_, _) => 90);

        Assert.Contains("images of 2 sizes", Refused("train", images), StringComparison.Ordinal);
        Assert.Contains("1 image ('cat/wide.png'): resized to 8 x 8", Trained(images, "--size", "8"), StringComparison.Ordinal);
    }

    [Fact]
    public void Grey_among_colour_is_said()
    {
        var images = ImageSamples.Folder(folder, "images", 8, 8);
        ImageFiles.Color(folder, "images/cat/red.png", ImageSamples.Side, ImageSamples.Side, (_, _) => new SKColor(200, 10, 10));

        Assert.Contains("16 images ('cat/000.png', 'cat/001.png', 'cat/002.png', ...): grey among colour", Trained(images), StringComparison.Ordinal);
    }

    [Fact]
    public void A_corrupt_image_is_named_and_too_many_are_refused()
    {
        var images = ImageSamples.Folder(folder, "images", 60, 60);
        var whole = File.ReadAllBytes(folder.File("images/cat/007.png"));
        File.WriteAllBytes(folder.File("images/cat/007.png"), whole[..^40]);

        Assert.Contains("'cat/007.png'", Trained(images), StringComparison.Ordinal);
        Assert.Contains("an unreadable image ('cat/007.png'", Refused("train", images, "--strict"), StringComparison.Ordinal);
        File.WriteAllText(folder.File("images/dog/003.png"), "no image");
        Assert.Contains("2 of 120 images unreadable", Refused("train", images), StringComparison.Ordinal);
    }

    [Fact]
    public void A_class_folder_without_images_is_refused()
    {
        var images = ImageSamples.Folder(folder, "images", 4, 4);
        Directory.CreateDirectory(folder.File("images/eel"));

        Assert.Contains("no PNG or JPEG file in 1 folder ('eel')", Refused("train", images), StringComparison.Ordinal);
    }

    [Fact]
    public void Links_that_lead_in_circles_are_named_and_not_followed()
    {
        var images = ImageSamples.Folder(folder, "images", 8, 8);
        Directory.CreateSymbolicLink(folder.File("images/cat/again"), images);

        Assert.Contains("cat/again", Trained(images), StringComparison.Ordinal);
    }

    [Fact]
    public void A_class_without_training_images_is_said_and_stops_losses_that_count_classes()
    {
        // Labels 0, 2 and 3: class 1 is nowhere.
        var (images, labels) = ImageSamples.Idx(folder, 8, 0, 8, 8);

        Assert.Contains("No training sample has the class '1'", Trained(images, "--labels", labels), StringComparison.Ordinal);
        Assert.Contains("Class 1, counted from 0, has 0 training rows", Refused("train", images, "--labels", labels, "--loss", "balanced-softmax"), StringComparison.Ordinal);
        foreach (var loss in new[] { "cb", "ldam", "ldam-drw", "inverse-frequency", "logit-adjusted" })
            Refused("train", images, "--labels", labels, "--loss", loss, "--epochs", "1");
    }

    [Fact]
    public void Idx_files_without_labels_or_with_others_are_refused()
    {
        var (images, labels) = ImageSamples.Idx(folder, 4, 4);

        Assert.Contains("name the file of labels by --labels", Refused("train", images), StringComparison.Ordinal);
        Assert.Contains("--color changes images of a folder", Refused("train", images, "--labels", labels, "--color", "color"), StringComparison.Ordinal);
        File.WriteAllBytes(labels, File.ReadAllBytes(labels)[..^1]);
        Refused("train", images, "--labels", labels);
        File.WriteAllBytes(images, File.ReadAllBytes(images)[..100]);
        Refused("predict", images, "--model", labels);
    }

    [Theory]
    [InlineData("negative")]
    [InlineData("overlapping")]
    [InlineData("beyond")]
    [InlineData("ten gigabytes")]
    [InlineData("long header")]
    [InlineData("cut")]
    [InlineData("no manifest")]
    [InlineData("older manifest")]
    public void Weights_that_lie_about_themselves_are_refused(string lie)
    {
        var images = ImageSamples.Folder(folder, "images", 6, 6);
        Trained(images);
        var (weights, manifest) = (folder.File("model.safetensors"), folder.File("model.json"));
        var forged = Forged(File.ReadAllBytes(weights), lie);
        var honest = NetworkFileHash(weights);
        File.WriteAllBytes(weights, forged);
        if (lie == "no manifest")
            File.Delete(manifest);
        else if (lie != "older manifest")
            File.WriteAllText(manifest, File.ReadAllText(manifest).Replace(honest, NetworkFileHash(weights), StringComparison.Ordinal));

        Refused("predict", images, "--model", weights);
        Refused("export", weights, "--out", folder.File("out.onnx"));
        Refused("train", images, "--from", weights, "--out", folder.File("out.safetensors"));
        Assert.False(File.Exists(folder.File("out.onnx")) || File.Exists(folder.File("out.safetensors")));
    }

    [Fact]
    public void Data_and_models_of_different_kinds_are_told_apart()
    {
        var images = ImageSamples.Folder(folder, "images", 8, 8);
        Trained(images);
        Assert.Equal(0, ProgramRun.Of("train", Table(), "--target", "class", "--model-kind", "mlp", "--epochs", "1", "--folds", "2", "--out", folder.File("table.ballast")).ExitCode);
        Assert.Equal(0, ProgramRun.Of("export", folder.File("table.ballast"), "--out", folder.File("table.safetensors")).ExitCode);
        ImageFiles.Grey(folder, "large/cat/1.png", 20, 20, (_, _) => 4);
        ImageFiles.Grey(folder, "large/dog/1.png", 20, 20, (_, _) => 4);

        Assert.Contains("is no network", Refused("predict", images, "--model", folder.File("table.ballast")), StringComparison.Ordinal);
        Assert.Contains("without the columns of a table", Refused("predict", Table(), "--model", folder.File("model.safetensors")), StringComparison.Ordinal);
        Assert.Contains("one for images [channels, height, width]", Refused("predict", images, "--model", folder.File("table.safetensors")), StringComparison.Ordinal);
        Assert.Contains("give --size and --color to match", Refused("train", folder.File("large"), "--from", folder.File("model.safetensors")), StringComparison.Ordinal);
    }

    // Runs what must be refused, with files of the user's in the way of every output.
    private string Refused(params string[] arguments)
    {
        var mine = folder.File("mine.safetensors");
        File.WriteAllText(mine, "mine");
        string[] output = arguments.Contains("--out") ? [] : arguments[0] == "predict" ? ["--out", mine] : ["--out", mine];
        if (arguments is ["train", var data, ..] && File.Exists(data) && data.EndsWith(".csv", StringComparison.Ordinal) && output.Length > 0)
            output = ["--out", folder.File("mine.ballast")];
        File.WriteAllText(folder.File("mine.ballast"), "mine");

        var run = ProgramRun.Of([.. arguments, .. output, "--quiet"]);

        Assert.True(run.ExitCode == 2, $"exit {run.ExitCode}: {run.Error}");
        Assert.Equal("", run.Output);
        Assert.Equal(("mine", "mine"), (File.ReadAllText(mine), File.ReadAllText(folder.File("mine.ballast"))));
        Assert.Empty(Directory.GetFiles(folder.Path, "*.tmp", new EnumerationOptions { AttributesToSkip = 0 }));
        return Assert.Single(run.Error.TrimEnd().Split('\n'));
    }

    // Runs what must work and returns the warnings.
    private string Trained(string data, params string[] options)
    {
        var run = ProgramRun.Of(["train", data, "--epochs", "1", "--out", folder.File("model.safetensors"), .. options]);
        Assert.True(run.ExitCode == 0, run.Error);
        return run.Error;
    }

    private string Table()
    {
        File.WriteAllLines(folder.File("table.csv"), ["x,class,amount", .. Enumerable.Range(0, 40).Select(i => $"{i % 7},{(i % 7 > 3 ? "yes" : "no")},{i * 0.37:0.##}")]);
        return folder.File("table.csv");
    }

    private static string NetworkFileHash(string path) => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path)));

    private static byte[] Forged(byte[] file, string lie)
    {
        if (lie == "cut")
            return file[..(file.Length / 2)];
        if (lie == "long header")
            return [.. BitConverter.GetBytes(10_000_000_000L), .. file[8..]];
        if (lie == "older manifest")
            return [.. file[..^1], (byte)(file[^1] ^ 1)];
        var length = (int)BinaryPrimitives.ReadInt64LittleEndian(file);
        var header = JsonNode.Parse(file.AsSpan(8, length))!.AsObject();
        var tensors = header.Where(pair => pair.Key != "__metadata__").Select(pair => pair.Value!.AsObject()).OrderBy(tensor => (long)tensor["data_offsets"]![0]!).ToArray();
        var (first, second) = ((long)tensors[0]["data_offsets"]![0]!, (long)tensors[0]["data_offsets"]![1]!);
        tensors[0]["data_offsets"] = lie switch
        {
            "negative" => new JsonArray(-8, second - 8),
            "overlapping" => new JsonArray(first + 4, second + 4),
            "beyond" => new JsonArray(first + file.Length, second + file.Length),
            "ten gigabytes" => new JsonArray(0, 10_000_000_000),
            _ => new JsonArray(first, second),
        };
        if (lie == "ten gigabytes")
            tensors[0]["shape"] = new JsonArray(2_500_000_000);
        var text = Encoding.UTF8.GetBytes(header.ToJsonString());
        return [.. BitConverter.GetBytes((long)text.Length), .. text, .. file[(8 + length)..]];
    }
}
