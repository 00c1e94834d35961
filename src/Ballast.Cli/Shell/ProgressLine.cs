using System.Diagnostics;
using Ballast.Core;

namespace Ballast.Cli.Shell;

/// <summary>Shows progress: one line redrawn in place on a terminal; in a pipe, after two seconds of silence, a line a stage and one every ten seconds of a long stage.</summary>
/// <remarks>Safe to report to from many threads.</remarks>
internal sealed class ProgressLine(TextWriter writer, bool isTerminal, int width) : IProgress<ProgressUpdate>
{
    private static readonly TimeSpan RedrawEvery = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan RepeatEvery = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan SilentInPipe = TimeSpan.FromSeconds(2);

    private readonly Lock gate = new();
    private readonly long start = Stopwatch.GetTimestamp();
    private string? stage;
    private long shownAt;
    private bool drawn;

    /// <inheritdoc/>
    public void Report(ProgressUpdate value)
    {
        lock (gate)
        {
            var isNew = value.Stage != stage;
            if (!isNew && Stopwatch.GetElapsedTime(shownAt) < (isTerminal ? RedrawEvery : RepeatEvery))
                return;
            if (!isTerminal && Stopwatch.GetElapsedTime(start) < SilentInPipe)
                return;
            (stage, shownAt) = (value.Stage, Stopwatch.GetTimestamp());
            var text = double.IsNaN(value.Fraction) || value.Fraction <= 0 ? value.Stage : $"{value.Stage} {Math.Min(value.Fraction, 1):0%}";
            if (isTerminal)
                Redraw(text);
            else
                writer.WriteLine(text);
        }
    }

    /// <summary>Takes the line off the terminal, so that other text can be printed.</summary>
    public void Clear()
    {
        lock (gate)
        {
            if (drawn)
                writer.Write("\r\u001b[2K");
            drawn = false;
        }
    }

    private void Redraw(string text)
    {
        // A line that wraps could not be taken back.
        writer.Write("\r\u001b[2K" + (text.Length < width ? text : text[..(width - 1)]));
        writer.Flush();
        drawn = true;
    }
}
