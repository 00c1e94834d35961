using System.CommandLine;
using Ballast.Cli.Shell;
using Ballast.Learning.LongTail;
using Ballast.Learning.Objectives.CompSum;
using Ballast.Learning.Training;
using Ballast.Learning.Training.Averaging;
using Ballast.Learning.Training.Checkpoints;
using Ballast.Learning.Training.Optimization;
using Ballast.Learning.Training.Schedules;

namespace Ballast.Cli.Commands.Networks;

/// <summary>The options of <c>train</c> that say how a network is trained.</summary>
internal sealed class NetworkSettings
{
    private readonly Option<string> loss = Text("--loss", "LOSS", $"Loss: {string.Join(", ", LongTailLosses.Known.Names)}; options after a colon, as in focal:gamma=2.", "ce");
    private readonly Option<double> tau = new("--tau") { Description = "Member of the comp-sum family, for --loss comp-sum: 1 is cross-entropy, 1.7 forgives wrong labels.", HelpName = "T", DefaultValueFactory = _ => 1 };
    private readonly Option<string> sampler = Text("--sampler", "NAME", $"Draws the samples of an epoch: {string.Join(", ", LongTailSamplers.Known.Names)}.", "instance");
    private readonly Option<string?> method = new("--method") { Description = $"Mends the last layer after training: {string.Join(", ", LongTailMethods.Known.Names)}.", HelpName = "NAME" };
    private readonly Option<int?> epochs = new("--epochs") { Description = "Passes over the samples, at most.", HelpName = "N" };
    private readonly Option<int?> batch = new("--batch") { Description = "Samples of a step.", HelpName = "N" };
    private readonly Option<string> optimizer = Text("--optimizer", "NAME", "adam, adamw or sgd (with momentum 0.9).", "adamw");
    private readonly Option<double?> rate = new("--rate") { Description = "Learning rate; 0.001, for sgd 0.1.", HelpName = "R" };
    private readonly Option<double> decay = new("--weight-decay") { Description = "Weight decay.", HelpName = "W", DefaultValueFactory = _ => 1e-4 };
    private readonly Option<string> schedule = Text("--schedule", "NAME", "constant, cosine or step (a tenth at 60% and 85% of the epochs).", "constant");
    private readonly Option<int> warmUp = new("--warm-up") { Description = "Epochs in which the rate rises to its base.", HelpName = "N" };
    private readonly Option<double?> clip = new("--clip") { Description = "Largest norm of the gradient.", HelpName = "NORM" };
    private readonly Option<int> accumulate = new("--accumulate") { Description = "Batches whose gradients make one step.", HelpName = "N", DefaultValueFactory = _ => 1 };
    private readonly Option<string> average = Text("--average", "NAME", "Average the weights over training: none, ema or swa (over the last quarter).", "none");
    private readonly Option<int> patience = new("--patience") { Description = "Epochs without a better validation figure before training ends; 0 never ends it.", HelpName = "N", DefaultValueFactory = _ => 10 };
    private readonly Option<string?> checkpoints = new("--checkpoints") { Description = "Folder for the state of training; a run that was stopped goes on from there, to the same weights bit for bit.", HelpName = "DIR" };
    private readonly Option<string> device = Text("--device", "NAME", "cpu or cuda.", "cpu");
    private readonly Option<int> threads = new("--threads") { Description = "Torch's threads. Another number rounds sums otherwise.", HelpName = "N", DefaultValueFactory = _ => 2 };

    public NetworkSettings()
    {
        optimizer.AcceptOnlyFromAmong("adam", "adamw", "sgd");
        schedule.AcceptOnlyFromAmong("constant", "cosine", "step");
        average.AcceptOnlyFromAmong("none", "ema", "swa");
        device.AcceptOnlyFromAmong("cpu", "cuda");
    }

    /// <summary>All options, in the order of the help.</summary>
    public IReadOnlyList<Option> All => [loss, tau, sampler, method, epochs, batch, optimizer, rate, decay, schedule, warmUp, clip, accumulate, average, patience, checkpoints, device, threads];

    /// <summary>The first of these options that the user gave; null where none was.</summary>
    public Option? Given(CommandSession session) => All.FirstOrDefault(session.Given);

    /// <summary>What the user chose.</summary>
    /// <exception cref="ArgumentException">A value names nothing known or is out of range.</exception>
    public NetworkChoices Read(CommandSession session)
    {
        var lossText = session.Get(loss)!;
        if (lossText == "comp-sum")
            lossText = $"comp-sum:tau={session.Get(tau):R}";
        else if (session.Given(tau))
            throw new ArgumentException("--tau goes with --loss comp-sum.");
        LongTailLosses.Known.Parse(lossText);
        var trainer = new TrainerOptions
        {
            Epochs = session.Get(epochs) ?? NetworkChoices.DefaultEpochs,
            BatchSize = session.Get(batch) ?? NetworkChoices.DefaultBatch,
            Accumulation = session.Get(accumulate),
            // Below tau = 1 gradients grow without bound.
            ClipNorm = session.Get(clip) ?? (lossText.StartsWith("comp-sum", StringComparison.Ordinal) ? new CompSumOptions { Tau = session.Get(tau) }.GradientNorm : null),
            Sampler = LongTailSamplers.Known.Parse(session.Get(sampler)!),
            Optimizer = Optimizer(session),
            Seed = session.Seed,
            Device = session.Get(device) == "cuda" ? TrainingDevice.Cuda : TrainingDevice.Cpu,
            Threads = session.Get(threads),
            Checkpoints = session.Get(checkpoints) is { } folder ? new CheckpointOptions(folder) : null,
        };
        var planned = trainer.Epochs;
        return new NetworkChoices(
            lossText, session.Get(sampler)!, session.Get(method) is { } name ? LongTailMethods.Known.Parse(name) : null, session.Get(method), session.Get(patience), session.Given(epochs), session.Given(batch),
            trainer with
            {
                Schedule = Schedule(session, planned),
                Averaging = session.Get(average) switch { "ema" => new ExponentialAveraging(), "swa" => new StochasticAveraging(Math.Max(0, planned - Math.Max(1, planned / 4))), _ => null },
            });
    }

    private OptimizerOptions Optimizer(CommandSession session)
    {
        var (step, weightDecay) = (session.Get(rate), session.Get(decay));
        return session.Get(optimizer) switch
        {
            "adam" => new AdamOptions { LearningRate = step ?? 1e-3, WeightDecay = weightDecay },
            "sgd" => new SgdOptions { LearningRate = step ?? 0.1, Momentum = 0.9, WeightDecay = weightDecay },
            _ => new AdamWOptions { LearningRate = step ?? 1e-3, WeightDecay = weightDecay },
        };
    }

    private LearningRateSchedule Schedule(CommandSession session, int planned)
    {
        LearningRateSchedule after = session.Get(schedule) switch
        {
            "cosine" => new CosineRate(),
            "step" => new MultiStepRate([Math.Max(1, planned * 60 / 100), Math.Max(1, planned * 85 / 100)]),
            _ => new ConstantRate(),
        };
        return session.Get(warmUp) is > 0 and var rise ? new WarmUp(rise, after) : after;
    }

    private static Option<string> Text(string name, string help, string description, string usual) =>
        new(name) { Description = description, HelpName = help, DefaultValueFactory = _ => usual };
}
