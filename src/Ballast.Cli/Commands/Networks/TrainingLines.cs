using Ballast.Cli.Shell;
using Ballast.Core;
using Ballast.Learning.Training;

namespace Ballast.Cli.Commands.Networks;

/// <summary>The progress of a training as the program shows it: loss, and the recalls of the classes served worst.</summary>
internal sealed class TrainingLines(IProgress<ProgressUpdate> progress, IReadOnlyList<string> classNames) : IProgress<TrainingProgress>
{
    private const int WorstShown = 3;

    private string last = "";

    /// <summary>Where the session shows progress; null where it does not.</summary>
    public static TrainingLines? For(CommandSession session, IReadOnlyList<string> classNames) => session.Progress is { } progress ? new(progress, classNames) : null;

    /// <inheritdoc/>
    public void Report(TrainingProgress value)
    {
        // A line that stays the same within an epoch, so that a log gets a line an epoch.
        if (value.EpochDone)
            last = $", loss {value.Loss:0.####}{(value.Validation is { } scores ? $", balanced accuracy {scores.BalancedAccuracy:0.000}, worst recall {Worst(scores.Recalls)}" : "")}";
        progress.Report(new ProgressUpdate($"epoch {(value.Epoch + 1)} of {value.Epochs}{last}", (double)value.Step / value.Steps));
    }

    private string Worst(IReadOnlyList<double> recalls) => string.Join(", ", recalls
        .Select((recall, k) => (Recall: recall, Name: classNames[k])).Where(item => !double.IsNaN(item.Recall)).OrderBy(item => item.Recall).Take(WorstShown)
        .Select(item => $"{item.Name} {item.Recall:0.00}"));
}
