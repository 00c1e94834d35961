using Ballast.Cli.Reports;
using Ballast.Cli.Shell;
using Ballast.Core;
using Ballast.Data.Images;
using Ballast.Data.Reading;
using Ballast.Data.Splitting;
using Ballast.Evaluation.Metrics;
using Ballast.Exchange.Networks;
using Ballast.Exchange.Onnx;
using Ballast.Learning.Networks;
using Ballast.Learning.Objectives;
using Ballast.Learning.Onnx;
using Ballast.Learning.Training;
using Ballast.Learning.Training.Feeding;
using Ballast.Numerics.Intervals;
using Spectre.Console;
using ImageShape = Ballast.Data.Images.ImageShape;

namespace Ballast.Cli.Commands.Networks;

/// <summary><c>train</c> on images: split, normalise, train, mend the last layer where asked, judge on images that trained nothing, save.</summary>
internal static class ImageTraining
{
    public static int Run(CommandSession session, ImageJob job, NetworkChoices choices)
    {
        RequireWritableKind(job.Output);
        var (split, normalization, shape) = Prepare(session, job);
        using var network = Start(session, job, split.Train, shape);
        var result = Train(session, job, choices, network, split, normalization);
        foreach (var warning in result.Warnings)
            session.Warn(warning);
        var (train, validation) = (ChannelNormalization.Apply(split.Train, normalization), NormalizedOrNull(split.Validation, normalization));
        var note = choices.Method?.Run(network, train, validation, session.Seed, session.Cancellation);

        var report = split.Test.Count == 0 ? null : Judge(session, network, split, normalization);
        Save(job.Output, new SavedNetwork(network, split.Train.ClassNames, normalization));
        session.Record.Artefact(job.Output);
        if (report is not null)
            foreach (var metric in Shown)
                session.Record.Metric(metric.Key(), report[metric].Value);
        session.Show(ResultOf(job, choices, network, split, result, report, note), console => Print(console, job, network, split, result, report, note));
        return ExitCode.Done;
    }

    /// <summary>Reads and splits the images, and learns their normalisation from the training part.</summary>
    public static (DataSplit Split, InputNormalization Normalization, ImageShape Shape) Prepare(CommandSession session, ImageJob job)
    {
        var images = ImageInput.Read(session, job.Path, job.Labels, job.Reading);
        if (File.Exists(job.Path))
            session.Record.Data(DataFingerprint.Of(job.Path));
        if (images.Data.ClassCount < 2)
            throw new DataFormatException(job.Path, $"{images.Data.ClassCount} class", "at least two classes");
        var split = DataSplit.Of(images.Data, job.Fractions, session.Seed);
        foreach (var sentence in split.Notes)
            session.Warn(sentence);
        return (split, ChannelNormalization.Learn(split.Train), ImageShape.Of(images.Data));
    }

    private static readonly MulticlassMetric[] Shown = [MulticlassMetric.Accuracy, MulticlassMetric.BalancedAccuracy, MulticlassMetric.MacroF1];

    private static Network Start(CommandSession session, ImageJob job, Dataset train, ImageShape shape)
    {
        if (job.From is null)
            return ImageNetworks.Named(job.Network, shape, train.ClassCount).Create(session.Seed);
        var network = NetworkReading.Open(job.From).Network;
        try
        {
            if (!network.InputShape.SequenceEqual([shape.Channels, shape.Height, shape.Width]))
                throw new ArgumentException($"'{job.From}' takes [{string.Join(", ", network.InputShape)}], but the images are [{shape.Channels}, {shape.Height}, {shape.Width}]: give --size and --color to match.");
            if (HeadConfiguration.Of(network.Head) is not LinearHeadConfiguration head || head.Outputs != train.ClassCount)
            {
                session.Warn($"'{job.From}' was made for other classes: its last layer starts anew.");
                network.ReplaceHead(new LinearHeadConfiguration(train.ClassCount).Create(network.FeatureCount, new Initialization(session.Seed, "new head")));
            }
            return network;
        }
        catch
        {
            network.Dispose();
            throw;
        }
    }

    private static TrainingResult Train(CommandSession session, ImageJob job, NetworkChoices choices, Network network, DataSplit split, InputNormalization normalization)
    {
        var (pipeline, mixing) = (job.Pipeline, job.Mixing);
        var options = choices.TrainerFor(watched: split.Validation.Count > 0) with
        {
            Transform = pipeline is null && mixing is null ? null : new NormalizedTransform(split.Train, new ImageTransform(pipeline, mixing), normalization),
        };
        return new Trainer(options).Train(
            network, new SupervisedObjective(choices.MakeLoss(split.Train.ClassCounts())), ChannelNormalization.Apply(split.Train, normalization),
            NormalizedOrNull(split.Validation, normalization), TrainingLines.For(session, split.Train.ClassNames), session.Cancellation);
    }

    private static MulticlassReport Judge(CommandSession session, Network network, DataSplit split, InputNormalization normalization)
    {
        var decided = Inference.Classes(network, ChannelNormalization.Apply(split.Test, normalization), cancellation: session.Cancellation);
        return MulticlassReport.From(split.Test.Labels.Span, decided, split.Test.ClassCount, new BootstrapOptions { Seed = session.Seed }, session.Cancellation);
    }

    private static Dataset? NormalizedOrNull(Dataset data, InputNormalization normalization) => data.Count == 0 ? null : ChannelNormalization.Apply(data, normalization);

    private static void RequireWritableKind(string output)
    {
        if (Path.GetExtension(output).ToLowerInvariant() is not (".safetensors" or ".onnx"))
            throw new ArgumentException($"A network of images is written as .safetensors or .onnx; '{output}' is neither.");
    }

    private static void Save(string output, SavedNetwork saved)
    {
        if (output.EndsWith(".onnx", StringComparison.OrdinalIgnoreCase))
            OnnxExport.Write(saved.Network, output, saved.Normalization);
        else
            NetworkFile.Save(output, saved);
    }

    private static object ResultOf(ImageJob job, NetworkChoices choices, Network network, DataSplit split, TrainingResult result, MulticlassReport? report, string? note) => new
    {
        network = network.Architecture,
        parameters = network.ParameterCount,
        loss = choices.Loss,
        sampler = choices.Sampler,
        method = choices.MethodName,
        epochs = result.History.Count,
        bestEpoch = result.BestEpoch is { } best ? best + 1 : (int?)null,
        resumed = result.Resumed,
        rows = new { train = split.Train.Count, validation = split.Validation.Count, test = split.Test.Count },
        metrics = report is null ? null : Shown.ToDictionary(metric => metric.Key(), metric => report[metric]),
        recall = report is null ? null : Enumerable.Range(0, split.Test.ClassCount).ToDictionary(k => split.Test.ClassNames[k], report.Recall),
        note,
        output = Path.GetFullPath(job.Output),
    };

    private static void Print(IAnsiConsole console, ImageJob job, Network network, DataSplit split, TrainingResult result, MulticlassReport? report, string? note)
    {
        console.WriteLine($"{network.Architecture} of {Figures.Count(network.ParameterCount)} parameters, {Figures.Count(split.Train.Count)} training images, {Figures.Count(result.History.Count, "epoch", "epochs")}{(result.StoppedEarly ? $", the best was {result.BestEpoch + 1}" : "")}{(result.Resumed ? ", gone on from a checkpoint" : "")}.");
        if (note is not null)
            console.WriteLine(note);
        if (report is null)
        {
            console.WriteLine("No images were kept for a test.");
        }
        else
        {
            console.WriteLine($"On {Figures.Count(split.Test.Count)} test images:");
            foreach (var metric in Shown)
                console.WriteLine($"  {metric.Key()}  {report[metric]}");
            for (var k = 0; k < split.Test.ClassCount; k++)
                console.WriteLine($"  recall of {split.Test.ClassNames[k]}  {report.Recall(k)}");
        }
        console.WriteLine($"Wrote {job.Output}.");
    }
}
