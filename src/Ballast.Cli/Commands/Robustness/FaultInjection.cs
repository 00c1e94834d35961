using System.Globalization;
using Ballast.Cli.Shell;
using Ballast.Core;
using Ballast.Data.Reading;
using Ballast.Exchange.Networks;
using Ballast.Robustness.Faults;
using Ballast.Robustness.Faults.Accelerator;
using Ballast.Robustness.Faults.Chains;
using Ballast.Robustness.Faults.Protection;
using Ballast.Robustness.Faults.Storage;
using Spectre.Console;

namespace Ballast.Cli.Commands.Robustness;

/// <summary><c>inject</c>: runs a campaign, ranks what was struck, and plans protection.</summary>
internal static class FaultInjection
{
    private const int MostLayers = 30;

    public static int Run(CommandSession session, FaultJob job)
    {
        job.Checked();
        using var folder = job.Output is null ? null : OutputFolder.Open(job.Output);
        if (job.Campaign.StatePath is { } state)
            OutputFile.Checked(state, "The state of a campaign");
        var data = FaultData.Read(session, job);
        var hash = NetworkManifest.HashOf(job.Model);
        var target = TargetOf(session, job, data);
        using var owned = target as IDisposable;
        RequireClasses(job, target);
        var report = FaultCampaign.Run(target, data.Inputs, job.Campaign, session.Progress, session.Cancellation);
        if (NetworkManifest.HashOf(job.Model) != hash)
            throw new IOException($"'{job.Model}' changed while faults were injected; the rates belong to neither version.");
        var planner = new ProtectionPlanner(target is AcceleratorTarget npu ? new HardwareArea().Blocks(report, npu) : HardwareArea.MemoryBlocks(report), session.Cancellation);
        var result = new FaultResult(job, data.Inputs.Count, report, planner, data.Model.Network?.Untouched ?? []);
        IReadOnlyList<string> files = folder?.Publish(result.Write) ?? [];
        Record(session, job, report, files);
        session.Show(result.ToJson(files), console => Print(console, result, files));
        return ExitCode.Done;
    }

    private static IFaultTarget TargetOf(CommandSession session, FaultJob job, FaultData data)
    {
        if (data.Model.Network is { } network)
            try
            {
                var shaped = network.For(data.RunShape);
                var run = job.Remedy == FaultRemedy.RangeLimits ? OnnxRangeLimits.Apply(shaped, data.Calibration, file: job.Model, cancellation: session.Cancellation) : shaped;
                return new OnnxStoredWeights(run, job.Format, job.Pattern, job.Check, job.Model);
            }
            catch (ArgumentException error)
            {
                throw new ArgumentException($"{job.Model}: {error.Message.Split(" (Parameter")[0]}", error);
            }
        var chain = data.Model.Chain!;
        return job.Target == FaultTargetKind.Accelerator
            ? new AcceleratorTarget(NetworkQuantizer.Quantize(chain, data.Calibration, session.Cancellation), new AcceleratorModel { ParallelChannels = job.Channels })
            : new StoredWeights(chain, job.Format, job.Pattern, job.Remedy == FaultRemedy.RangeLimits ? RangeLimits.Learn(chain, data.Calibration) : null, job.Check);
    }

    // One answer a row has classes along one axis; of several, none is the top one.
    private static void RequireClasses(FaultJob job, IFaultTarget target)
    {
        if (target is OnnxStoredWeights { OutputShape: var shape } && job.Campaign.Tolerance is null && shape.Count(extent => extent > 1) > 1)
            throw new DataFormatException(job.Model, $"an output of shape {shape} for one row", "scores of classes along one axis; with --tolerance T the numbers themselves are compared");
    }

    private static void Record(CommandSession session, FaultJob job, FaultReport report, IReadOnlyList<string> files)
    {
        if (File.Exists(job.Data))
            session.Record.Data(DataFingerprint.Of(job.Data));
        if (report.Total is { } total)
            session.Record.Metric("sdc", total.Rate.Value);
        foreach (var file in files)
            session.Record.Artefact(file);
    }

    private static void Print(IAnsiConsole console, FaultResult result, IReadOnlyList<string> files)
    {
        var report = result.Report;
        console.WriteLine($"{report.Injections / result.Job.Campaign.InputsPerFault:N0} faults{(result.Job.Campaign.InputsPerFault > 1 ? $" on {result.Job.Campaign.InputsPerFault} each" : "")}, {result.Rows} inputs; raw rate {result.Job.Campaign.RawFitPerBit * (1 << 20):0.##} FIT a mebibit; {100 * result.Job.Campaign.Confidence:0.#}% intervals.");
        if (report.Total is { } total)
        {
            console.WriteLine($"A flip has the outcome {Word(result.Job.Campaign.Class)} with probability {Rate(total.Rate)}: {Number(report.FitOf(total).Value)} FIT {Ends(report.FitOf(total).Interval)} of {Number(result.Job.Campaign.RawFitPerBit * total.RawBits)} raw.");
            console.WriteLine($"Detected {Rate(report.Detected!.Value)}; not masked {Rate(report.Vulnerability!.Value)}.");
        }
        if (report.ByUnit.Count > 1)
            console.Write(TableOf("unit", report.ByUnit, rate => rate.Unit!, report));
        var layers = report.ByLayer.Count <= MostLayers ? report.ByLayer : [.. report.ByLayer.OrderByDescending(rate => report.FitOf(rate).Value).ThenByDescending(rate => rate.RawBits).Take(MostLayers)];
        console.Write(TableOf(layers.Count == report.ByLayer.Count ? "layer" : $"worst of {report.ByLayer.Count} layers", layers, rate => rate.Layer!, report));
        console.Write(TableOf("worst bits", report.ByBit.OrderByDescending(rate => rate.Rate.Value).Take(10).ToArray(), rate => $"{rate.Unit} bit {rate.Bit}", report));
        var plans = new Spectre.Console.Table().Border(TableBorder.None).AddColumn("protection").AddColumn(new Spectre.Console.TableColumn("silent FIT").RightAligned()).AddColumn(new Spectre.Console.TableColumn("area").RightAligned()).AddColumn("what is done");
        foreach (var (goal, plan) in result.Plans)
            plans.AddRow(new Text(goal), new Text(Number(plan.Fit)), new Text($"+{100 * plan.OverheadShare:0.0}%"), new Text(result.WhatIsDone(plan)));
        console.Write(plans);
        console.WriteLine("Plans are made for upper limits of the failures; lock step costs +100%.");
        if (result.Plans.Any(plan => !plan.Plan.Feasible))
            console.WriteLine("The target cannot be reached; the plan leaves the least there is.");
        if (result.NotStruck.Count > 0)
            console.WriteLine($"Not struck: {string.Join(", ", result.NotStruck)}.");
        foreach (var file in files)
            console.WriteLine($"Wrote {file}.");
    }

    private static Spectre.Console.Table TableOf(string title, IReadOnlyList<FaultRate> rates, Func<FaultRate, string> name, FaultReport report)
    {
        var table = new Spectre.Console.Table().Border(TableBorder.None).AddColumn(title).AddColumn(new Spectre.Console.TableColumn("rate").RightAligned()).AddColumn("interval")
            .AddColumn(new Spectre.Console.TableColumn("faults").RightAligned()).AddColumn(new Spectre.Console.TableColumn("FIT").RightAligned());
        foreach (var rate in rates)
            table.AddRow(new Text(name(rate)), new Text(Number(rate.Rate.Value)), new Text($"{Ends(rate.Rate.Interval)}{(rate.Exact is { } exact ? $" exact {Ends(exact)}" : "")}"), new Text($"{rate.Rate.Count:N0}"), new Text(Number(report.FitOf(rate).Value)));
        return table;
    }

    internal static string Word(FaultOutcomes outcome) => outcome.ToString().ToLowerInvariant();

    internal static string Number(double value) => value.ToString("0.####", CultureInfo.InvariantCulture) is var text && (value == 0 || double.Parse(text, CultureInfo.InvariantCulture) != 0) ? text : value.ToString("0.##e0", CultureInfo.InvariantCulture);

    internal static string Ends(Interval interval) => $"[{Number(interval.Low)}, {Number(interval.High)}]";

    private static string Rate(Estimate rate) => $"{Number(rate.Value)} {Ends(rate.Interval)}";
}
