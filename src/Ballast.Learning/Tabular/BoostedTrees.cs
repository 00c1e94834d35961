using Ballast.Core;
using Ballast.Learning.Tabular.LightGbm;

namespace Ballast.Learning.Tabular;

/// <summary>Gradient-boosted decision trees for classes (LightGBM): log loss for two classes, softmax for more.</summary>
/// <remarks>
/// <para>Source: Ke et al. (2017), LightGBM. Categories are split by Fisher's grouping of their codes, missing values go to the side that lowers the loss.</para>
/// <para>
/// The native library is the one that ML.NET carries, called directly: ML.NET's trainer hides <c>deterministic</c>, <c>force_row_wise</c>
/// and the number of threads of a fit, and lets one fit run at a time in a process. Here a fit uses one thread, so that the
/// same seed gives byte-identical models whatever the machine; the cores are used by fitting folds side by side.
/// </para>
/// <para>Rows of weight 0 are as good as absent. Without features the class shares are predicted.</para>
/// </remarks>
public sealed class BoostedTrees(BoostedTreesOptions? options = null) : IClassifier
{
    /// <summary>The settings.</summary>
    public BoostedTreesOptions Options { get; } = options ?? new();

    /// <inheritdoc/>
    public string Name => "boosted trees";

    /// <inheritdoc/>
    public ITrainedClassifier Fit(Dataset train, Dataset? validation = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(train);
        cancellation.ThrowIfCancellationRequested();
        var classes = TrainingClasses.Of(train, Options.ClassWeights);
        if (train.Width == 0)
            return new TrainedTrees(train.ClassNames, train.Columns, classes.Present, classes.Shares);

        var (fitted, held) = (classes.Rows, (int[])[]);
        if (Options.EarlyStoppingRounds > 0 && validation is null)
            (fitted, held) = SetAside.Part(fitted, row => train.Labels.Span[row], Options.Seed);
        var objective = classes.Present.Length == 2
            ? "objective=binary metric=binary_logloss"
            : $"objective=multiclass metric=multi_logloss num_class={classes.Present.Length}";
        using var training = new BoosterTraining(
            classes.Encode(train, fitted), ValidationRows(train, validation, held, classes), BoosterParameters.For(Options, train, fitted.Length, objective));
        return new TrainedTrees(
            train.ClassNames, train.Columns, classes.Present, training.Run(Options.Iterations, Options.EarlyStoppingRounds, cancellation));
    }

    private TrainingRows? ValidationRows(Dataset train, Dataset? validation, int[] held, TrainingClasses classes)
    {
        if (held.Length > 0)
            return classes.Encode(train, held);
        if (validation is null || Options.EarlyStoppingRounds == 0)
            return null;
        TableShape.Require(train.Columns, train.Width, validation);
        var known = classes.RowsOfPresentClasses(validation);
        return known.Length == 0 ? null : classes.Encode(validation, known, Options.ClassWeights.RowWeights(validation));
    }
}
