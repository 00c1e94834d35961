using Ballast.Core;
using Ballast.Evaluation.Slices.Noise;
using Ballast.Learning.Tabular;

namespace Ballast.Cli.Checks;

/// <summary>Rows with labels and predictions by models that did not see them: what the model checks judge.</summary>
/// <param name="Data">The rows, features set aside left out.</param>
/// <param name="Groups">A group a row: copies of a row share one, and so a fold.</param>
/// <param name="FoldOfRow">Fold of each row.</param>
/// <param name="Learner">What is trained; null where the user gave the model.</param>
/// <param name="OutOfFold">Probabilities of each row by the model of the other folds, or by the user's model.</param>
/// <param name="ForLabels">Probabilities that judge labels: trained without the rows that <paramref name="OutOfFold"/> suspects.</param>
/// <param name="Noise">How often labels are wrong, row by row; null where the user gave the model, whose errors are not those of labels.</param>
internal sealed record Judged(Dataset Data, int[] Groups, int[] FoldOfRow, IClassifier? Learner, Predictions OutOfFold, Predictions ForLabels, LocalNoise? Noise);
