using Ballast.Cli.Shell;

namespace Ballast.Cli.Commands;

/// <summary>The verbs of the program, in the order that help shows them.</summary>
internal static class Verbs
{
    /// <summary>Makes them anew: a command tree belongs to one parse.</summary>
    public static IReadOnlyList<Verb> All() =>
    [
        CheckCommand.Create(),
        TrainCommand.Create(),
        PredictCommand.Create(),
        ExportCommand.Create(),
        ImportCommand.Create(),
        CertifyCommand.Create(),
        ResampleCommand.Create(),
        LabelsCommand.Create(),
        EvaluateCommand.Create(),
        CalibrateCommand.Create(),
        SlicesCommand.Create(),
        FairnessCommand.Create(),
        RunsCommand.Create(),
        MethodsCommand.Create(),
        ReproduceCommand.Create(),
    ];
}
