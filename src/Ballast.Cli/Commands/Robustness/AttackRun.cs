using Ballast.Cli.Reports;
using Ballast.Cli.Shell;
using Ballast.Core;
using Ballast.Data.Reading;
using Ballast.Learning.Adversarial;
using Ballast.Learning.Training;
using Spectre.Console;

namespace Ballast.Cli.Commands.Robustness;

/// <summary><c>attack</c>: clean and robust accuracy by class, and which samples survive.</summary>
internal static class AttackRun
{

    /// <summary>Attacks, writes and shows.</summary>
    /// <param name="session">The session.</param>
    /// <param name="subject">What is attacked.</param>
    /// <param name="device">Where its model lies.</param>
    /// <param name="threat">What the attacker may do.</param>
    /// <param name="attacks">Tried in this order on the survivors.</param>
    /// <param name="path">The samples' file or folder.</param>
    /// <param name="output">A csv to write; null for none.</param>
    public static int Run(CommandSession session, AttackSubject subject, TrainingDevice device, ThreatModel threat, IReadOnlyList<NamedAttack> attacks, string path, string? output)
    {
        var report = new RobustAccuracy(attacks) { Seed = session.Seed, Device = device, BatchSize = DeviceOption.AttackBatch(device, RobustAccuracy.UsualBatch) }.Measure(subject.Model, subject.Data, subject.Type, session.Progress, session.Cancellation);
        if (report.NotANumber > 0)
            session.Warn($"{Figures.Count(report.NotANumber, subject.Kind, $"{subject.Kind}s")}: the model gave no number; counted as not robust.");
        if (output is not null)
            Write(output, subject, report);
        new SampleReport(subject, "robust").Record(session, path, output, report.Clean, report.Robust);
        Show(session, subject, threat, report, output);
        return ExitCode.Done;
    }

    private static void Write(string output, AttackSubject subject, RobustAccuracyReport report) => AtomicFile.Write(output, stream =>
    {
        using var writer = new CsvWriter(stream);
        writer.Record([subject.Kind, "class", "predicted", "outcome", "broken_by", "attacked", "clean_margin", "attacked_margin"]);
        foreach (var (i, sample) in report.Samples.Index())
        {
            writer.Field(subject.NameOf(i));
            writer.Field(subject.Classes[sample.Label]);
            writer.Field(subject.Classes[sample.Predicted]);
            writer.Field(Word(sample.Outcome));
            writer.Field(sample.BrokenBy is { } attack ? report.Attacks[attack] : "");
            writer.Field(subject.Classes[sample.Attacked]);
            writer.Field(sample.CleanMargin);
            writer.Field(sample.AttackedMargin);
            writer.EndRecord();
        }
    });

    private static void Show(CommandSession session, AttackSubject subject, ThreatModel threat, RobustAccuracyReport report, string? output)
    {
        var present = SampleReport.Present(subject, report.CountOf);
        var kinds = $"{subject.Kind}s";
        session.Show(
            new
            {
                samples = report.Samples.Count,
                epsilon = threat.Epsilon,
                norm = threat.Norm == PerturbationNorm.L2 ? "2" : "inf",
                unit = subject.Unit,
                assumed = subject.Assumed,
                meaning = "robust accuracy is an estimate from above: an attack not tried may break more",
                clean = SampleReport.Share(report.Clean),
                robust = SampleReport.Share(report.Robust),
                notANumber = report.NotANumber,
                attacks = report.Attacks.Select((name, a) => new { name, robust = SampleReport.Share(report.RobustAfter(a)) }),
                classes = present.Select(k => new { name = subject.Classes[k], samples = report.CountOf(k), clean = SampleReport.Share(report.CleanOf(k)), robust = SampleReport.Share(report.RobustOf(k)) }),
                points = report.Samples.Select((sample, i) => new
                {
                    sample = subject.NameOf(i),
                    @class = subject.Classes[sample.Label],
                    predicted = subject.Classes[sample.Predicted],
                    outcome = Word(sample.Outcome),
                    brokenBy = sample.BrokenBy is { } attack ? report.Attacks[attack] : null,
                    attacked = subject.Classes[sample.Attacked],
                    cleanMargin = sample.CleanMargin,
                    attackedMargin = sample.AttackedMargin,
                }),
                output = output is null ? null : Path.GetFullPath(output),
            },
            console =>
            {
                console.WriteLine($"Robust accuracy {SampleReport.Text(report.Robust)}, clean {SampleReport.Text(report.Clean)}, over {Figures.Count(report.Samples.Count)} {kinds}.");
                console.WriteLine($"Changes of at most {threat.Epsilon} {subject.Unit}{(threat.Norm == PerturbationNorm.L2 ? ", Euclidean length over all features" : "")}. Assumed: {subject.Assumed}.");
                console.WriteLine($"Still right after {string.Join(", then ", report.Attacks.Select((name, a) => $"{name} {Figures.Percent(report.RobustAfter(a).Value)}"))}. An attack not tried may break more.");
                var shared = new SampleReport(subject, "robust");
                shared.PrintClasses(console, present.Select(k => (k, report.CountOf(k), report.CleanOf(k), report.RobustOf(k))));
                shared.PrintNames(console, "Survived", [.. Enumerable.Range(0, report.Samples.Count).Where(i => report.Samples[i].Outcome == AttackOutcome.Survived)]);
                if (output is not null)
                    console.WriteLine($"Wrote {output}.");
            });
    }

    private static string Word(AttackOutcome outcome) => outcome switch { AttackOutcome.NotANumber => "not-a-number", _ => outcome.ToString().ToLowerInvariant() };
}
