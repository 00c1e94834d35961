using System.CommandLine;
using Ballast.Cli.Commands.Networks;
using Ballast.Cli.Shell;
using Ballast.Core;

namespace Ballast.Cli.Commands;

/// <summary><c>ballast train</c>: a model of a table, with out-of-fold figures, or a network of images, judged on images that trained nothing.</summary>
internal static class TrainCommand
{
    public static Verb Create()
    {
        var data = new Argument<string>("DATA") { Description = "A table (csv, tsv, Parquet, JSON lines, also .gz), a folder of images by class, or an IDX file of images." };
        var kind = new Option<string>("--model-kind")
        {
            Description = $"Tables: trees, logistic (ridge for numbers), mlp, resnet, or auto: the better of the first two out of fold. Images: {string.Join(", ", ImageNetworks.Names)}, or auto: small-cnn.",
            HelpName = "KIND",
            DefaultValueFactory = _ => "auto",
        };
        var output = new Option<string?>("--out") { Description = "The model file to write: model.ballast for tables; model.safetensors, or .onnx, for images.", HelpName = "FILE" };
        var compare = CommaList.Option("--compare", "CANDIDATES", "Compare losses, samplers and methods of networks on one split: loss[@sampler][+method], such as ce balanced-softmax ce@sqrt+crt.");
        var seeds = new Option<int>("--seeds") { Description = "Repetitions of a comparison.", HelpName = "N", DefaultValueFactory = _ => 3 };
        var (table, network, images) = (new TableSettings(), new NetworkSettings(), new ImageSettings());
        var verb = new Verb("train", "Train a model of a table or of images and measure it.", session =>
        {
            var (path, candidates) = (session.Get(data)!, session.Get(compare) ?? []);
            var compares = session.Given(compare);
            Guard.Positive(session.Get(seeds), "--seeds");
            if (!compares)
                Refuse(session.Given(seeds) ? seeds : null, "goes with --compare");
            else
                Refuse(session.Given(output) ? output : network.GivenForOneNetwork(session), "does not go with --compare, which keeps no model and takes loss, sampler and method from its candidates");
            if (ImageInput.Is(path))
            {
                Refuse(table.Given(session), $"is for tables; '{path}' holds images");
                var job = images.Read(session, path, session.Get(kind)!, session.Get(output) ?? "model.safetensors");
                Refuse(job.From is not null && session.Given(kind) ? kind : null, "does not go with --from, which brings a network");
                var choices = network.Read(session, NetworkChoices.UsualEpochs, compares ? 1 : NetworkChoices.UsualThreads);
                return compares ? ComparisonRun.OfImages(session, job, choices, candidates, session.Get(seeds)) : ImageTraining.Run(session, job, choices);
            }
            Refuse(images.GivenForImages(session), $"is for images; '{path}' is a table");
            if (compares)
                Refuse(table.GivenForOneModel(session), "does not go with --compare");
            else
                Refuse(images.GivenForSplits(session), "is for images and --compare; a model of a table is judged by --folds");
            var tableJob = table.Read(session, path, session.Get(kind)!, session.Get(output) ?? "model.ballast");
            if (!tableJob.IsNetwork && !compares)
                Refuse(network.Given(session), "is for networks: give --model-kind mlp or resnet");
            Refuse(session.Given(network.Checkpoints) ? network.Checkpoints : null, "is for images; a model of a table is trained anew in every fold");
            return compares
                ? TableTraining.Compare(session, tableJob, network.Read(session, NetworkChoices.UsualEpochs, usualThreads: 1), images.Fractions(session), candidates, session.Get(seeds))
                : TableTraining.Run(session, tableJob, network.Read(session, TableJob.UsualEpochs, usualThreads: 1), network.GivenForClasses(session));
        })
        { data, kind, output, compare, seeds };
        foreach (var option in table.All.Concat(network.All).Concat(images.All))
            verb.Add(option);
        return verb;
    }

    private static void Refuse(Option? given, string why)
    {
        if (given is not null)
            throw new ArgumentException($"{given.Name} {why}.");
    }
}
