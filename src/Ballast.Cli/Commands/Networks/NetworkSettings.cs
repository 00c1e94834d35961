using System.CommandLine;
using System.Globalization;
using Ballast.Cli.Shell;
using Ballast.Core;
using Ballast.Learning.LongTail;
using Ballast.Learning.Training;
using Ballast.Learning.Training.Averaging;
using Ballast.Learning.Training.Checkpoints;
using Ballast.Learning.Training.Optimization;
using Ballast.Learning.Training.Schedules;

namespace Ballast.Cli.Commands.Networks;

/// <summary>The options of <c>train</c> that say how a network is trained.</summary>
internal sealed class NetworkSettings
{
    private const int UsualBatch = 128;

    private readonly Option<string> loss = Text("--loss", "LOSS", $"Loss: {string.Join(", ", LongTailLosses.Known.Names)}; options after a colon, as in focal:gamma=2.", "ce");
    private readonly Option<double> tau = new("--tau") { Description = "Member of the comp-sum family, for --loss comp-sum: 1 is cross-entropy, 1.7 forgives wrong labels.", HelpName = "T", DefaultValueFactory = _ => 1 };
    private readonly Option<string> sampler = Text("--sampler", "NAME", $"Draws the samples of an epoch: {string.Join(", ", LongTailSamplers.Known.Names)}.", "instance");
    private readonly Option<string?> method = new("--method")
    {
        Description = $"Trains against perturbations of at most --eps: {string.Join(", ", RobustTraining.Known.Names)}; or mends the last layer after training: {string.Join(", ", LongTailMethods.Known.Names)}.",
        HelpName = "NAME",
    };
    private readonly Option<double?> epsilon = new("--eps") { Description = "The largest change that --method trains against: of a pixel in [0,1] before its normalisation (0.03 is 8 of 255), of a table's column in standard deviations.", HelpName = "E" };
    private readonly Option<int?> epochs = new("--epochs") { Description = $"Passes over the samples, at most; {NetworkChoices.UsualEpochs}, for a table's model 200.", HelpName = "N" };
    private readonly Option<int?> batch = new("--batch") { Description = $"Samples of a step; {UsualBatch}, for tables 16 to 256 by their rows.", HelpName = "N" };
    private readonly Option<string> optimizer = Text("--optimizer", "NAME", "adam, adamw or sgd (with momentum 0.9).", "adamw");
    private readonly Option<double?> rate = new("--rate") { Description = "Learning rate; 0.001, for sgd 0.1.", HelpName = "R" };
    private readonly Option<double> decay = new("--weight-decay") { Description = "Weight decay.", HelpName = "W", DefaultValueFactory = _ => 1e-4 };
    private readonly Option<string> schedule = Text("--schedule", "NAME", "constant, cosine or step (a tenth at 60% and 85% of the epochs).", "constant");
    private readonly Option<int> warmUp = new("--warm-up") { Description = "Epochs in which the rate rises to its base; 0 for none.", HelpName = "N" };
    private readonly Option<double?> clip = new("--clip") { Description = "Largest norm of the gradient.", HelpName = "NORM" };
    private readonly Option<int> accumulate = new("--accumulate") { Description = "Batches whose gradients make one step.", HelpName = "N", DefaultValueFactory = _ => 1 };
    private readonly Option<string> average = Text("--average", "NAME", "Average the weights over training: none, ema or swa (over the last quarter).", "none");
    private readonly Option<int> patience = new("--patience") { Description = "Epochs without a better validation figure before training ends; 0 never ends it.", HelpName = "N", DefaultValueFactory = _ => 10 };
    private readonly Option<string?> checkpoints = new("--checkpoints") { Description = "Folder for the state of training; a run that was stopped goes on from there, to the same weights bit for bit.", HelpName = "DIR" };
    private readonly Option<string> device = DeviceOption.Create();
    private readonly Option<int?> threads = new("--threads") { Description = $"Torch's threads; {NetworkChoices.UsualThreads}, for tables and comparisons 1. Another number rounds sums otherwise.", HelpName = "N" };

    public NetworkSettings()
    {
        optimizer.AcceptOnlyFromAmong("adam", "adamw", "sgd");
        schedule.AcceptOnlyFromAmong("constant", "cosine", "step");
        average.AcceptOnlyFromAmong("none", "ema", "swa");
    }

    /// <summary>All options, in the order of the help.</summary>
    public IReadOnlyList<Option> All => [loss, tau, sampler, method, epsilon, epochs, batch, optimizer, rate, decay, schedule, warmUp, clip, accumulate, average, patience, checkpoints, device, threads];

    /// <summary>The first of these options that the user gave; null where none was.</summary>
    public Option? Given(CommandSession session) => All.FirstOrDefault(session.Given);

    /// <summary>The first given option that is of use for classes alone.</summary>
    public Option? GivenForClasses(CommandSession session) => new Option[] { loss, tau, sampler, method, epsilon }.FirstOrDefault(session.Given);

    /// <summary>The first given option that a comparison decides by itself.</summary>
    public Option? GivenForOneNetwork(CommandSession session) => new Option[] { loss, tau, sampler, method, epsilon, patience, checkpoints }.FirstOrDefault(session.Given);

    /// <summary>The folder of checkpoints as an option, to say that it is of no use.</summary>
    public Option Checkpoints => checkpoints;

    /// <summary>What the user chose.</summary>
    /// <param name="session">The session.</param>
    /// <param name="usualEpochs">Epochs where the user gave none.</param>
    /// <param name="usualThreads">Torch's threads where the user gave none.</param>
    /// <exception cref="ArgumentException">A value names nothing known or is out of range.</exception>
    public NetworkChoices Read(CommandSession session, int usualEpochs, int usualThreads)
    {
        var lossText = session.Get(loss)!;
        if (lossText == "comp-sum")
            lossText = string.Create(CultureInfo.InvariantCulture, $"comp-sum:tau={session.Get(tau):R}");
        else if (session.Given(tau))
            throw new ArgumentException("--tau goes with --loss comp-sum.");
        // Of two classes of one row, to learn of what is wrong before anything is read.
        var known = LongTailLosses.Known.Parse(lossText)([1, 1]);
        var (mending, robust) = Method(session);
        var planned = Guard.Positive(session.Get(epochs) ?? usualEpochs, "--epochs");
        var where = DeviceOption.Read(session, device);
        WeightAveraging? averaging = session.Get(average) switch { "ema" => new ExponentialAveraging(), "swa" => new StochasticAveraging(planned - Math.Max(1, planned / 4)), _ => null };
        // An average of the epochs' ends exists at the end alone, so nothing can be chosen on the way.
        var wait = averaging is StochasticAveraging && !session.Given(patience) ? 0 : Guard.NotNegative(session.Get(patience), "--patience");
        if (averaging is StochasticAveraging && wait > 0)
            throw new ArgumentException("--average swa averages at the end, so that --patience has nothing to judge on the way: use --average ema, or --patience 0.");
        var samples = session.Get(batch) is { } given ? Guard.Positive(given, "--batch") : (int?)null;
        return new NetworkChoices(lossText, session.Get(sampler)!, mending, wait, samples, new TrainerOptions
        {
            Epochs = planned,
            BatchSize = samples ?? UsualBatch,
            Accumulation = Guard.Positive(session.Get(accumulate), "--accumulate"),
            ClipNorm = session.Get(clip) is { } norm ? Guard.Positive(norm, "--clip") : known.ClipNorm,
            Sampler = LongTailSamplers.Known.Parse(session.Get(sampler)!),
            Optimizer = Optimizer(session),
            Schedule = Schedule(session, planned),
            Averaging = averaging,
            Seed = session.Seed,
            Device = where,
            Threads = Guard.Positive(session.Get(threads) ?? usualThreads, "--threads"),
            Checkpoints = session.Get(checkpoints) is { } folder ? new CheckpointOptions(folder) : null,
        })
        { Robust = robust };
    }

    // What mends the last layer after training, and what trains against perturbations: at most one of the two.
    private (string? Mending, RobustTraining? Robust) Method(CommandSession session)
    {
        var name = session.Get(method);
        if (name is not null && RobustTraining.Is(name))
            return (null, RobustTraining.Parse(name, session.Get(epsilon)));
        string[] all = [.. LongTailMethods.Known.Names, .. RobustTraining.Known.Names];
        if (name?.Split(':')[0].Trim() is { } own && !all.Contains(own, StringComparer.OrdinalIgnoreCase))
            throw new ArgumentException($"There is no method '{own}'{(Spelling.Nearest(own, all) is { } near ? $"; did you mean '{near}'?" : ".")} There are {string.Join(", ", all)}.");
        if (session.Given(epsilon))
            throw new ArgumentException($"--eps goes with --method {string.Join("|", RobustTraining.Known.Names)}.");
        if (name is not null)
            LongTailMethods.Known.Parse(name);
        return (name, null);
    }

    private OptimizerOptions Optimizer(CommandSession session)
    {
        var (step, weightDecay) = (session.Get(rate) is { } given ? Guard.Positive(given, "--rate") : (double?)null, Guard.NotNegative(session.Get(decay), "--weight-decay"));
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
        return Guard.NotNegative(session.Get(warmUp), "--warm-up") is > 0 and var rise ? new WarmUp(rise, after) : after;
    }

    private static Option<string> Text(string name, string help, string description, string usual) =>
        new(name) { Description = description, HelpName = help, DefaultValueFactory = _ => usual };
}
