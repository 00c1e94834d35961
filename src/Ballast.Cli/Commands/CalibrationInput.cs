using Ballast.Cli.Shell;
using Ballast.Core;
using Ballast.Data.Reading;
using Ballast.Learning.Tabular.Saving;

namespace Ballast.Cli.Commands;

/// <summary>Probabilities and labels, as <c>labels</c> or <c>evaluate</c> read them or from a saved model and a table.</summary>
/// <param name="Predictions">n x K probabilities.</param>
/// <param name="Labels">n classes 0..K-1.</param>
/// <param name="ClassNames">Names of class 0..K-1.</param>
internal sealed record CalibrationInput(Predictions Predictions, int[] Labels, IReadOnlyList<string> ClassNames)
{
    public static CalibrationInput Read(CommandSession session, string path, string? labels, IReadOnlyList<string> probabilities, ScoreKind kind, string? model)
    {
        if (model is not null)
            return labels is null && probabilities.Count == 0 && kind == ScoreKind.Probabilities
                ? FromModel(session, path, model)
                : throw new ArgumentException("--model brings its own target and probabilities: leave out --labels, --probabilities and --logits.");
        if (labels is null)
            throw new ArgumentException("Give --labels (a file or a column), or --model.");
        if (probabilities.Count == 0)
        {
            var files = LabelsInput.Read(path, labels, session.Progress, session.Cancellation, kind);
            return new CalibrationInput(files.Predictions, files.Labels, files.ClassNames);
        }
        var table = EvaluationInput.Read(path, labels, probabilities, scores: null, positive: null, session.Cancellation, kind);
        return new CalibrationInput(table.Probabilities!, table.Labels, table.ClassNames);
    }

    private static CalibrationInput FromModel(CommandSession session, string path, string modelPath)
    {
        var model = ModelFile.Load(modelPath);
        if (model is not { Classifier: { } classifier, Encoder: { } encoder, Target: { } target })
            throw new DataFormatException(modelPath, model.Classifier is null ? "a model of numbers" : "a model of bare features", "a model of classes that knows its table's columns");
        var table = TableReader.Read(path, progress: session.Progress, cancellation: session.Cancellation);
        var encoded = encoder.Transform(table, target);
        foreach (var note in encoded.Notes)
            session.Warn(note);
        return new CalibrationInput(model.PredictProbabilities(encoded.Data), encoded.Data.Labels.ToArray(), classifier.ClassNames);
    }
}
