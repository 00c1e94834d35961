using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using Ballast.Core;
using Ballast.Learning.Training;

namespace Ballast.Cli.Shell;

/// <summary>What the user is told of an exception: one sentence and an exit code.</summary>
/// <param name="Sentence">One line for stderr.</param>
/// <param name="ExitCode">One of <see cref="Shell.ExitCode"/>.</param>
internal sealed partial record Failure(string Sentence, int ExitCode)
{
    /// <summary>Reads an exception; parallel work's is looked through to its first cause.</summary>
    public static Failure Of(Exception error, CancellationToken cancellation)
    {
        var cause = error is AggregateException many ? many.Flatten().InnerExceptions[0] : error;
        return cause switch
        {
            OperationCanceledException when cancellation.IsCancellationRequested => new("cancelled", Shell.ExitCode.Cancelled),
            DataFormatException => new(OneLine(cause.Message), Shell.ExitCode.BadUsage),
            ArgumentException => new(OneLine(ParameterName().Replace(cause.Message, "")), Shell.ExitCode.BadUsage),
            FileNotFoundException { FileName: { } name } => new($"There is no file '{Named(name)}'.", Shell.ExitCode.BadUsage),
            IOException or UnauthorizedAccessException => new(OneLine(cause.Message), Shell.ExitCode.BadUsage),
            TrainingDivergedException => new(OneLine(cause.Message), Shell.ExitCode.Failed),
            ExternalException when cause.Message.StartsWith("CUDA out of memory", StringComparison.Ordinal) =>
                new("the graphics card has not enough memory for this: give a smaller --batch or a smaller network, or --device cpu.", Shell.ExitCode.Failed),
            TypeInitializationException { TypeName: "TorchSharp.torch" } =>
                new("libtorch cannot be loaded: build with -p:LibTorch=cpu or cuda, or name the folder that holds it in LD_LIBRARY_PATH (--verbose shows what was tried).", Shell.ExitCode.Failed),
            OutOfMemoryException => new("there is not enough memory for this.", Shell.ExitCode.Failed),
            _ => new($"something went wrong inside: {OneLine(NativeFrames().Replace(cause.Message, ""))} (--verbose shows where)", Shell.ExitCode.Failed),
        };
    }

    // The runtime names files in full; most users gave them from where they stand.
    private static string Named(string file) => Path.GetRelativePath(Environment.CurrentDirectory, file) is var near && near.StartsWith("..", StringComparison.Ordinal) ? file : near;

    private static string OneLine(string message) => LineBreaks().Replace(message.Trim(), " ");

    [GeneratedRegex(@" \(Parameter '[^']*'\)")]
    private static partial Regex ParameterName();

    // What torch appends to its sentence: where in its own code it was thrown.
    [GeneratedRegex(@"\s*Exception raised from .*", RegexOptions.Singleline)]
    private static partial Regex NativeFrames();

    [GeneratedRegex(@"\s*[\r\n]+\s*")]
    private static partial Regex LineBreaks();
}
