using System.CommandLine;
using Ballast.Cli.Commands.Robustness;
using Ballast.Cli.Shell;

namespace Ballast.Cli.Commands;

/// <summary><c>ballast inject MODEL DATA</c>: how often one flipped bit changes an answer, and what protection costs.</summary>
internal static class InjectCommand
{
    public static Verb Create()
    {
        var model = new Argument<string>("MODEL") { Description = "The network: .onnx, or .safetensors or .ballast that train saved." };
        var data = new Argument<string>("DATA") { Description = "Inputs: a table, an npy array, a folder of images or an IDX file." };
        var labels = new Option<string?>("--labels") { Description = "The label column of a table: it is no input.", HelpName = "COL" };
        var target = new Option<string>("--target") { Description = "What is struck: an int8 accelerator (npu), or stored weights.", HelpName = "npu|weights", DefaultValueFactory = _ => "npu" };
        var format = new Option<string>("--format") { Description = "How weights are stored.", HelpName = "float32|float16|bfloat16", DefaultValueFactory = _ => "float32" };
        var design = new Option<string>("--design") { Description = "How faults are drawn.", HelpName = "by-rate|two-stage|equal|exhaustive", DefaultValueFactory = _ => "by-rate" };
        var outcome = new Option<string>("--outcome") { Description = "The outcome that is measured.", HelpName = "sdc1|sdc5|sdc10|sdc20|detected", DefaultValueFactory = _ => "sdc1" };
        var margin = new Option<double>("--margin") { Description = "Half-width of the interval that decides the number of faults.", HelpName = "E", DefaultValueFactory = _ => 0.005 };
        var confidence = new Option<double>("--confidence") { Description = "Coverage of the intervals.", HelpName = "C", DefaultValueFactory = _ => 0.95 };
        var most = new Option<long>("--max") { Description = "Faults at most.", HelpName = "N", DefaultValueFactory = _ => 1_000_000 };
        var rows = new Option<int>("--rows") { Description = "Rows of the data that faults are tried on.", HelpName = "N", DefaultValueFactory = _ => 200 };
        var channels = new Option<int>("--channels") { Description = "Channels the accelerator computes at a time.", HelpName = "P", DefaultValueFactory = _ => 4 };
        var rawFit = new Option<double>("--raw-fit") { Description = "Failures of a mebibit of memory in 10^9 hours.", HelpName = "FIT", DefaultValueFactory = _ => 20.49 };
        var fitTarget = new Option<double?>("--fit-target") { Description = "Silent failures in 10^9 hours that the plan may leave.", HelpName = "FIT" };
        var secDed = new Option<bool>("--sec-ded") { Description = "The memory corrects single flips: pairs of neighbouring bits flip." };
        var clamp = new Option<bool>("--clamp") { Description = "Clamp activations to the range they have on the data, widened by a tenth." };
        var checksums = new Option<bool>("--checksums") { Description = "Compare weights with checksums when they are loaded." };
        var perFault = new Option<int>("--inputs-per-fault") { Description = "Rows that each fault is tried on.", HelpName = "M", DefaultValueFactory = _ => 1 };
        var scores = new Option<string?>("--scores") { Description = "The output that is judged, where an ONNX file has several.", HelpName = "NAME" };
        var tolerance = new Option<double?>("--tolerance") { Description = "For a regression: the largest harmless change of an output.", HelpName = "T" };
        var resume = new Option<string?>("--resume") { Description = "Keep the state of the campaign here, and go on from it.", HelpName = "FILE" };
        var threads = new Option<int>("--threads") { Description = "Threads at most; by default all cores.", HelpName = "N", DefaultValueFactory = _ => -1 };
        var output = new Option<string?>("--out") { Description = "Folder for report.html and rates.csv.", HelpName = "DIR" };
        return new Verb("inject", "Flip bits in a network's hardware or stored weights: which flips change answers, and what protects against them.", session =>
            FaultInjection.Run(session, new FaultJob
            {
                Model = session.Get(model)!,
                Data = session.Get(data)!,
                Labels = session.Get(labels),
                Target = Choice.Of("--target", session.Get(target)!, ("npu", FaultTargetKind.Accelerator), ("weights", FaultTargetKind.Weights)),
                Format = FaultJob.FormatOf(session.Get(format)!),
                Campaign = FaultJob.CampaignOf(session.Get(design)!, session.Get(outcome)!) with
                {
                    Margin = session.Get(margin),
                    Confidence = session.Get(confidence),
                    MaxInjections = session.Get(most),
                    RawFitPerBit = session.Get(rawFit) >= 0 ? session.Get(rawFit) / (1 << 20) : throw new ArgumentException("--raw-fit is a rate of failures, at least 0."),
                    Tolerance = session.Get(tolerance),
                    Seed = session.Seed,
                    MaxThreads = session.Get(threads),
                    InputsPerFault = session.Get(perFault),
                    StatePath = session.Get(resume),
                },
                Rows = session.Get(rows),
                Channels = session.Get(channels),
                FitTarget = session.Get(fitTarget),
                Pattern = session.Get(secDed) ? Ballast.Robustness.Faults.Storage.FlipPattern.AdjacentPair : Ballast.Robustness.Faults.Storage.FlipPattern.SingleBit,
                Remedy = RemedyOf(session.Get(clamp), session.Get(checksums)),
                Scores = session.Get(scores),
                Output = session.Get(output),
            }))
        { model, data, labels, target, format, design, outcome, margin, confidence, most, rows, channels, rawFit, fitTarget, secDed, clamp, checksums, perFault, scores, tolerance, resume, threads, output };
    }

    private static FaultRemedy RemedyOf(bool clamp, bool checksums) => (clamp, checksums) switch
    {
        (true, true) => throw new ArgumentException("--clamp and --checksums are two remedies; measure one at a time."),
        (true, _) => FaultRemedy.RangeLimits,
        (_, true) => FaultRemedy.Checksums,
        _ => FaultRemedy.None,
    };
}
