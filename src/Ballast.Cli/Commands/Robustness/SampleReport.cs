using Ballast.Cli.Reports;
using Ballast.Cli.Shell;
using Ballast.Core;
using Ballast.Data.Reading;
using Spectre.Console;
using Table = Spectre.Console.Table;

namespace Ballast.Cli.Commands.Robustness;

/// <summary>What <c>attack</c> and <c>certify</c> say alike: shares with their intervals, a row a class, the samples by name, and what goes to the run store.</summary>
/// <param name="subject">What was judged.</param>
/// <param name="what">What samples are judged for, such as "robust".</param>
internal sealed class SampleReport(AttackSubject subject, string what)
{
    private const int Named = 20;

    /// <summary>Classes that have samples.</summary>
    public static int[] Present(AttackSubject subject, Func<int, int> countOf) => [.. Enumerable.Range(0, subject.Classes.Count).Where(k => countOf(k) > 0)];

    /// <summary>A share for programs.</summary>
    public static object Share(Estimate share) => new { value = share.Value, low = share.Interval.Low, high = share.Interval.High };

    /// <summary>A share for people.</summary>
    public static string Text(Estimate share) => $"{Figures.Percent(share.Value)} ({Figures.Percent(share.Interval.Low)} to {Figures.Percent(share.Interval.High)})";

    /// <summary>Keeps the data's fingerprint, the file written and both accuracies.</summary>
    public void Record(CommandSession session, string path, string? output, Estimate clean, Estimate judged)
    {
        if (File.Exists(path))
            session.Record.Data(DataFingerprint.Of(path));
        if (output is not null)
            session.Record.Artefact(output);
        session.Record.Metric("clean_accuracy", clean.Value);
        session.Record.Metric($"{what}_accuracy", judged.Value);
    }

    /// <summary>A row for each class: samples, clean accuracy, what is judged.</summary>
    public void PrintClasses(IAnsiConsole console, IEnumerable<(int Class, int Count, Estimate Clean, Estimate Judged)> classes)
    {
        var table = new Table { Border = TableBorder.Minimal };
        foreach (var head in new[] { "class", $"{subject.Kind}s", "clean", what })
            table.AddColumn(head);
        foreach (var (k, count, clean, judged) in classes)
            table.AddRow(Markup.Escape(subject.Classes[k]), Figures.Count(count), Markup.Escape(Text(clean)), Markup.Escape(Text(judged)));
        console.Write(table);
    }

    /// <summary>The first samples by name, if there are any.</summary>
    public void PrintNames(IAnsiConsole console, string title, int[] samples)
    {
        if (samples.Length > 0)
            console.WriteLine($"{title}: {subject.Kind}s {string.Join(", ", samples.Take(Named).Select(subject.NameOf))}{(samples.Length > Named ? $" and {Figures.Count(samples.Length - Named)} more (--out writes all)" : "")}.");
    }
}
