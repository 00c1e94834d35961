using Ballast.Cli.Reports;
using Ballast.Cli.Shell;
using Ballast.Evaluation.Metrics;
using Ballast.Learning.Adversarial;
using Ballast.Learning.Networks;
using Ballast.Learning.Objectives;
using Ballast.Learning.Training;
using Ballast.Numerics.Intervals;
using Ballast.Robustness.Bounds;
using Ballast.Robustness.Certified;
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
        if (choices.Robust is { } robust && job.Mixing is not null)
            throw new ArgumentException($"--mix {job.Mix} gives samples of two classes, and --method {robust.Text} is for samples of one.");
        if (choices.Robust is { Epsilon: > 1 })
            throw new ArgumentException($"--eps is {choices.Robust.Epsilon}; pixels lie in [0,1], so a number from 0 to 1 is expected.");
        var images = PreparedImages.Read(session, job, from);
        var method = choices.MakeMethod();
        if (method is { NeedsValidation: true } && images.Validation is null)
            throw new ArgumentException($"--method {choices.Method} picks its strength on validation images: give --validation a share above 0.");
        using var network = from is null ? ImageNetworks.Named(NameOf(job, choices), images.Shape, images.Train.ClassCount).Create(session.Seed) : Adapted(session, job.From!, from, images);

        var result = Train(session, job, choices, network, images, begins: from is null);
        foreach (var warning in result.Warnings)
            session.Warn(warning);
        var note = method?.Run(network, images.Train, images.Validation, session.Seed, session.Cancellation);
        var report = images.Test.Count == 0 ? null : Judge(session, network, images);
        var attacked = Attack(session, choices, network, images);
        var certified = Certify(session, choices, network, images);
        NetworkWriting.Write(job.Output, new SavedNetwork(network, images.Train.ClassNames, images.Normalization));

        session.Record.Artefact(job.Output);
        if (report is not null)
            foreach (var metric in Shown)
                session.Record.Metric(metric.Key(), report[metric].Value);
        if (attacked is not null)
            session.Record.Metric("robust_accuracy", attacked.Robust.Value);
        if (certified is not null)
            session.Record.Metric("certified_accuracy", certified.Certified.Value);
        session.Show(ResultOf(job, choices, network, images, result, report, attacked, certified, note), console => Print(console, job, choices, network, images, result, report, attacked, certified, note));
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

    private static TrainingResult Train(CommandSession session, ImageJob job, NetworkChoices choices, Network network, PreparedImages images, bool begins)
    {
        var options = choices.TrainerFor(watched: images.Validation is not null) with { Transform = images.Transform(job) };
        try
        {
            return new Trainer(options).Train(
                network, ObjectiveOf(choices, images, begins), images.Train, images.Validation,
                TrainingLines.For(session, images.Train.ClassNames), session.Cancellation);
        }
        catch (NotSupportedException error) when (choices.Robust is { IsCertified: true } robust)
        {
            throw new ArgumentException($"--method {robust.Text} does not go with this network: {error.Message}", error);
        }
    }

    // Without maximum pooling, which widens intervals, and with batch normalisation, which the recipe needs.
    private static string NameOf(ImageJob job, NetworkChoices choices) => job.Network == ImageNetworks.Auto && choices.Robust is { IsCertified: true } ? "cnn-7" : job.Network;

    private static Objective ObjectiveOf(NetworkChoices choices, PreparedImages images, bool begins)
    {
        var counts = images.Train.ClassCounts();
        var loss = choices.MakeLoss(counts);
        return choices.Robust is { } robust
            ? robust.Make(new RobustTask(loss, counts, robust.Epsilon, images.Normalization, Limits: null, choices.Trainer.Epochs, choices.Trainer.Seed) { Begins = begins })
            : new SupervisedObjective(loss);
    }

    // What is left of the test images under PGD, where training was against perturbations.
    private static RobustAccuracyReport? Attack(CommandSession session, NetworkChoices choices, Network network, PreparedImages images)
    {
        if (choices.Robust is not { } robust || images.Test.Count == 0)
            return null;
        using var whole = images.Normalization is { } normalization ? new NormalizedModel(network, normalization) : null;
        NamedAttack attack = new("pgd", new Pgd(ThreatModel.Pixels(robust.Epsilon)), AttackLoss.CrossEntropy);
        var device = choices.Trainer.Device;
        return new RobustAccuracy([attack]) { Seed = session.Seed, Device = device, BatchSize = DeviceOption.AttackBatch(device, RobustAccuracy.UsualBatch) }.Measure((TorchSharp.torch.nn.Module<TorchSharp.torch.Tensor, TorchSharp.torch.Tensor>?)whole ?? network, images.Split.Test, progress: session.Progress, cancellation: session.Cancellation);
    }

    // What is proved of the test images, where training was for proofs.
    private static CertificationReport? Certify(CommandSession session, NetworkChoices choices, Network network, PreparedImages images)
    {
        if (choices.Robust is not { IsCertified: true } robust || images.Test.Count == 0)
            return null;
        using var bounded = BoundedNetwork.From(network.ToGraph());
        return new Certifier(bounded, new CertificationOptions { Method = BoundMethod.CrownIbp }).Run(
            images.Split.Test, ThreatModel.Pixels(robust.Epsilon), images.Normalization is { } normalization ? [normalization] : [], session.Progress, session.Cancellation);
    }

    private static MulticlassReport Judge(CommandSession session, Network network, PreparedImages images)
    {
        var decided = Inference.Classes(network, images.Test, cancellation: session.Cancellation);
        return MulticlassReport.From(images.Test.Labels.Span, decided, images.Test.ClassCount, new BootstrapOptions { Seed = session.Seed }, session.Cancellation);
    }

    private static object ResultOf(
        ImageJob job, NetworkChoices choices, Network network, PreparedImages images, TrainingResult result, MulticlassReport? report, RobustAccuracyReport? attacked, CertificationReport? certified, string? note) => new
        {
            network = network.Architecture,
            parameters = network.ParameterCount,
            loss = choices.Loss,
            sampler = choices.Sampler,
            method = choices.Robust?.Text ?? choices.Method,
            epsilon = choices.Robust?.Epsilon,
            epochs = result.History.Count,
            bestEpoch = result.BestEpoch is { } best ? best + 1 : (int?)null,
            resumed = result.Resumed,
            rows = new { train = images.Train.Count, validation = images.Split.Validation.Count, test = images.Test.Count },
            metrics = report is null ? null : Shown.ToDictionary(metric => metric.Key(), metric => report[metric]),
            recall = report is null ? null : Enumerable.Range(0, images.Test.ClassCount).ToDictionary(k => images.Test.ClassNames[k], report.Recall),
            robust = attacked is null ? null : new
            {
                attack = "pgd, 20 steps; an estimate from above",
                accuracy = attacked.Robust,
                recall = Enumerable.Range(0, images.Test.ClassCount).ToDictionary(k => images.Test.ClassNames[k], attacked.RobustOf),
            },
            certified = certified is null ? null : new
            {
                method = "crown-ibp; proved, a bound from below",
                accuracy = certified.Certified,
                recall = Enumerable.Range(0, images.Test.ClassCount).ToDictionary(k => images.Test.ClassNames[k], certified.CertifiedOf),
            },
            note,
            output = Path.GetFullPath(job.Output),
        };

    private static void Print(
        IAnsiConsole console, ImageJob job, NetworkChoices choices, Network network, PreparedImages images, TrainingResult result, MulticlassReport? report, RobustAccuracyReport? attacked, CertificationReport? certified, string? note)
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
        if (attacked is not null)
        {
            console.WriteLine($"Under PGD of 20 steps within {choices.Robust!.Epsilon} of each pixel (an estimate from above; 'attack' tries more):");
            console.WriteLine($"  robust_accuracy  {attacked.Robust}");
            for (var k = 0; k < images.Test.ClassCount; k++)
                console.WriteLine($"  robust recall of {images.Test.ClassNames[k]}  {attacked.RobustOf(k)}");
        }
        if (certified is not null)
        {
            console.WriteLine($"Proved within {choices.Robust!.Epsilon} of each pixel (a bound from below; 'certify' can prove more):");
            console.WriteLine($"  certified_accuracy  {certified.Certified}");
            for (var k = 0; k < images.Test.ClassCount; k++)
                console.WriteLine($"  certified recall of {images.Test.ClassNames[k]}  {certified.CertifiedOf(k)}");
        }
        console.WriteLine($"Wrote {job.Output}.");
    }
}
