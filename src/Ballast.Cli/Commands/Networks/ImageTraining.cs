using Ballast.Cli.Reports;
using Ballast.Cli.Shell;
using Ballast.Evaluation.Metrics;
using Ballast.Learning.Networks;
using Ballast.Learning.Objectives;
using Ballast.Learning.Training;
using Ballast.Numerics.Intervals;
using Spectre.Console;

namespace Ballast.Cli.Commands.Networks;

/// <summary><c>train</c> on images: split, normalise, train, mend the last layer where asked, judge on images that trained nothing, save.</summary>
internal static class ImageTraining
{
    private static readonly MulticlassMetric[] Shown = [MulticlassMetric.Accuracy, MulticlassMetric.BalancedAccuracy, MulticlassMetric.MacroF1];

    public static int Run(CommandSession session, ImageJob job, NetworkChoices choices)
    {
        NetworkWriting.Checked(job.Output, "A network of images", ".safetensors", ".onnx");
        ImageNetworks.Check(job.Network);
        var from = job.From is null ? null : NetworkReading.Open(job.From);
        using var opened = from?.Network;
        var images = PreparedImages.Read(session, job, from);
        var method = choices.MakeMethod();
        if (method is { NeedsValidation: true } && images.Validation is null)
            throw new ArgumentException($"--method {choices.Method} picks its strength on validation images: give --validation a share above 0.");
        using var network = from is null ? ImageNetworks.Named(job.Network, images.Shape, images.Train.ClassCount).Create(session.Seed) : Adapted(session, job.From!, from, images);

        var result = Train(session, job, choices, network, images);
        foreach (var warning in result.Warnings)
            session.Warn(warning);
        var note = method?.Run(network, images.Train, images.Validation, session.Seed, session.Cancellation);
        var report = images.Test.Count == 0 ? null : Judge(session, network, images);
        NetworkWriting.Write(job.Output, new SavedNetwork(network, images.Train.ClassNames, images.Normalization));

        session.Record.Artefact(job.Output);
        if (report is not null)
            foreach (var metric in Shown)
                session.Record.Metric(metric.Key(), report[metric].Value);
        session.Show(ResultOf(job, choices, network, images, result, report, note), console => Print(console, job, network, images, result, report, note));
        return ExitCode.Done;
    }

    // A last layer for other classes, or for other names of as many, knows nothing of these.
    private static Network Adapted(CommandSession session, string path, SavedNetwork from, PreparedImages images)
    {
        var (network, classes) = (from.Network, images.Train.ClassNames);
        if (!network.InputShape.SequenceEqual([images.Shape.Channels, images.Shape.Height, images.Shape.Width]))
            throw new ArgumentException($"'{path}' takes [{string.Join(", ", network.InputShape)}], but the images are [{images.Shape.Channels}, {images.Shape.Height}, {images.Shape.Width}]: give --size and --color to match.");
        var outputs = HeadConfiguration.Of(network.Head).Outputs;
        if (outputs != classes.Count || (from.ClassNames.Count > 0 && !from.ClassNames.SequenceEqual(classes)))
        {
            session.Warn($"'{path}' was made for other classes: its last layer starts anew.");
            network.ReplaceHead(new LinearHeadConfiguration(classes.Count).Create(network.FeatureCount, new Initialization(session.Seed, "new head")));
        }
        return network;
    }

    private static TrainingResult Train(CommandSession session, ImageJob job, NetworkChoices choices, Network network, PreparedImages images)
    {
        var options = choices.TrainerFor(watched: images.Validation is not null) with { Transform = images.Transform(job) };
        return new Trainer(options).Train(
            network, new SupervisedObjective(choices.MakeLoss(images.Train.ClassCounts())), images.Train, images.Validation,
            TrainingLines.For(session, images.Train.ClassNames), session.Cancellation);
    }

    private static MulticlassReport Judge(CommandSession session, Network network, PreparedImages images)
    {
        var decided = Inference.Classes(network, images.Test, cancellation: session.Cancellation);
        return MulticlassReport.From(images.Test.Labels.Span, decided, images.Test.ClassCount, new BootstrapOptions { Seed = session.Seed }, session.Cancellation);
    }

    private static object ResultOf(ImageJob job, NetworkChoices choices, Network network, PreparedImages images, TrainingResult result, MulticlassReport? report, string? note) => new
    {
        network = network.Architecture,
        parameters = network.ParameterCount,
        loss = choices.Loss,
        sampler = choices.Sampler,
        method = choices.Method,
        epochs = result.History.Count,
        bestEpoch = result.BestEpoch is { } best ? best + 1 : (int?)null,
        resumed = result.Resumed,
        rows = new { train = images.Train.Count, validation = images.Split.Validation.Count, test = images.Test.Count },
        metrics = report is null ? null : Shown.ToDictionary(metric => metric.Key(), metric => report[metric]),
        recall = report is null ? null : Enumerable.Range(0, images.Test.ClassCount).ToDictionary(k => images.Test.ClassNames[k], report.Recall),
        note,
        output = Path.GetFullPath(job.Output),
    };

    private static void Print(IAnsiConsole console, ImageJob job, Network network, PreparedImages images, TrainingResult result, MulticlassReport? report, string? note)
    {
        console.WriteLine($"{network.Architecture} of {Figures.Count(network.ParameterCount)} parameters, {Figures.Count(images.Train.Count)} training images, {Figures.Count(result.History.Count, "epoch", "epochs")}{(result.StoppedEarly ? $", the best was {result.BestEpoch + 1}" : "")}{(result.Resumed ? ", gone on from a checkpoint" : "")}.");
        if (note is not null)
            console.WriteLine(note);
        if (report is null)
        {
            console.WriteLine("No images were kept for a test.");
        }
        else
        {
            console.WriteLine($"On {Figures.Count(images.Test.Count)} test images:");
            foreach (var metric in Shown)
                console.WriteLine($"  {metric.Key()}  {report[metric]}");
            for (var k = 0; k < images.Test.ClassCount; k++)
                console.WriteLine($"  recall of {images.Test.ClassNames[k]}  {report.Recall(k)}");
        }
        console.WriteLine($"Wrote {job.Output}.");
    }
}
