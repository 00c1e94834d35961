using Ballast.Cli.Reports;
using Ballast.Cli.Shell;
using Ballast.Core;
using Ballast.Data.Reading;
using Ballast.Learning.Adversarial;
using Ballast.Robustness.Bounds;
using Ballast.Robustness.Certified;
using Spectre.Console;

namespace Ballast.Cli.Commands.Robustness;

/// <summary><c>certify</c> with samples: clean and certified accuracy by class, and which samples are proved.</summary>
internal static class CertificationRun
{
    private const string Meaning = "proved for the network in real arithmetic, weights taken exactly, rounding of the bounds included";

    /// <summary>Certifies, writes and shows.</summary>
    /// <param name="session">The session.</param>
    /// <param name="model">The file's network.</param>
    /// <param name="subject">Its samples.</param>
    /// <param name="epsilon">The radius.</param>
    /// <param name="method">The dearest method.</param>
    /// <param name="path">The samples' file or folder.</param>
    /// <param name="output">A csv to write; null for none.</param>
    public static int Run(CommandSession session, ScoringModel model, AttackSubject subject, double epsilon, BoundMethod method, string path, string? output)
    {
        var threat = subject.Threat(PerturbationNorm.LInfinity, epsilon);
        using var network = Bounded(model);
        OnnxAgreement.Require(model.Path, network, subject, session.Cancellation);
        var report = new Certifier(network, new CertificationOptions { Method = method }).Run(subject.Data, threat, subject.Normalizations, session.Progress, session.Cancellation);
        if (output is not null)
            Write(output, subject, report);
        new SampleReport(subject, "certified").Record(session, path, output, report.Clean, report.Certified);
        Show(session, subject, epsilon, report, method, output);
        return ExitCode.Done;
    }

    private static BoundedNetwork Bounded(ScoringModel model)
    {
        try
        {
            return BoundedNetwork.From(model.ToGraph());
        }
        catch (Exception error) when (error is NotSupportedException or ArgumentException)
        {
            throw new DataFormatException(model.Path, error.Message.TrimEnd('.'), "a network whose operators all have bounds and whose weights are finite", inner: error);
        }
    }

    private static void Write(string output, AttackSubject subject, CertificationReport report) => AtomicFile.Write(output, stream =>
    {
        using var writer = new CsvWriter(stream);
        writer.Record([subject.Kind, "class", "predicted", "outcome", "proved_by", "clean_margin", "certified_margin"]);
        foreach (var (i, sample) in report.Samples.Index())
        {
            writer.Field(subject.NameOf(i));
            writer.Field(subject.Classes[sample.Label]);
            writer.Field(subject.Classes[sample.Predicted]);
            writer.Field(Word(sample.Outcome));
            writer.Field(sample.ProvedBy is { } method ? NameOf(method) : "");
            writer.Field(sample.CleanMargin);
            writer.Field(sample.CertifiedMargin);
            writer.EndRecord();
        }
    });

    private static void Show(CommandSession session, AttackSubject subject, double epsilon, CertificationReport report, BoundMethod method, string? output)
    {
        var present = SampleReport.Present(subject, report.CountOf);
        session.Show(
            new
            {
                samples = report.Samples.Count,
                epsilon,
                norm = "inf",
                unit = subject.Unit,
                method = NameOf(method),
                assumed = subject.Assumed,
                meaning = Meaning,
                clean = SampleReport.Share(report.Clean),
                certified = SampleReport.Share(report.Certified),
                classes = present.Select(k => new { name = subject.Classes[k], samples = report.CountOf(k), clean = SampleReport.Share(report.CleanOf(k)), certified = SampleReport.Share(report.CertifiedOf(k)) }),
                points = report.Samples.Select((sample, i) => new
                {
                    sample = subject.NameOf(i),
                    @class = subject.Classes[sample.Label],
                    predicted = subject.Classes[sample.Predicted],
                    outcome = Word(sample.Outcome),
                    provedBy = sample.ProvedBy is { } by ? NameOf(by) : null,
                    cleanMargin = Finite(sample.CleanMargin),
                    certifiedMargin = Finite(sample.CertifiedMargin),
                }),
                output = output is null ? null : Path.GetFullPath(output),
            },
            console =>
            {
                console.WriteLine($"Certified accuracy {SampleReport.Text(report.Certified)}, clean {SampleReport.Text(report.Clean)}, over {Figures.Count(report.Samples.Count)} {subject.Kind}s.");
                console.WriteLine($"Changes of at most {epsilon} {subject.Unit}, bounds by {NameOf(method)}. Assumed: {subject.Assumed}.");
                console.WriteLine($"Certified: {Meaning}. One that is not may still be safe: the bounds may be too loose.");
                var shared = new SampleReport(subject, "certified");
                shared.PrintClasses(console, present.Select(k => (k, report.CountOf(k), report.CleanOf(k), report.CertifiedOf(k))));
                shared.PrintNames(console, "Certified", [.. Enumerable.Range(0, report.Samples.Count).Where(i => report.Samples[i].Outcome == CertificationOutcome.Certified)]);
                if (output is not null)
                    console.WriteLine($"Wrote {output}.");
            });
    }

    private static string Word(CertificationOutcome outcome) => outcome.ToString().ToLowerInvariant();

    private static string NameOf(BoundMethod method) => method switch { BoundMethod.Ibp => "ibp", BoundMethod.CrownIbp => "crown-ibp", _ => "crown" };

    private static double? Finite(double margin) => double.IsFinite(margin) ? margin : null;
}
