using System.Numerics.Tensors;
using Ballast.Core;
using Ballast.Learning.Tabular.LightGbm;

namespace Ballast.Learning.Tabular;

/// <summary>Gradient-boosted decision trees for real targets (LightGBM, squared error). See <see cref="BoostedTrees"/>.</summary>
/// <remarks>Targets are standardised for training, since LightGBM holds them in float32.</remarks>
public sealed class BoostedTreesRegressor(BoostedTreesOptions? options = null) : IRegressor
{
    /// <summary>The settings; class weights do not apply.</summary>
    public BoostedTreesOptions Options { get; } = options ?? new();

    /// <inheritdoc/>
    public string Name => "boosted trees";

    /// <inheritdoc/>
    public ITrainedRegressor Fit(Dataset train, Dataset? validation = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(train);
        cancellation.ThrowIfCancellationRequested();
        var targets = TrainingTargets.Of(train);
        if (train.Width == 0)
            return new TrainedRegressionTrees(train.Columns, targets.Mean, targets.Scale);

        var (fitted, held) = (targets.Rows, (int[])[]);
        if (Options.EarlyStoppingRounds > 0 && validation is null)
            (fitted, held) = SetAside.Part(fitted, _ => 0, Options.Seed);
        using var training = new BoosterTraining(
            targets.Encode(train, fitted), ValidationRows(train, validation, held, targets),
            BoosterParameters.For(Options, train, fitted.Length, "objective=regression metric=l2"));
        return new TrainedRegressionTrees(
            train.Columns, targets.Mean, targets.Scale, training.Run(Options.Iterations, Options.EarlyStoppingRounds, cancellation));
    }

    private TrainingRows? ValidationRows(Dataset train, Dataset? validation, int[] held, TrainingTargets targets)
    {
        if (held.Length > 0)
            return targets.Encode(train, held);
        if (validation is null || Options.EarlyStoppingRounds == 0 || validation.Count == 0)
            return null;
        TableShape.Require(train.Columns, train.Width, validation);
        return targets.Encode(validation, [.. Enumerable.Range(0, validation.Count)]);
    }
}

/// <summary>Boosted trees that predict real values.</summary>
public sealed class TrainedRegressionTrees : ITrainedRegressor
{
    private readonly Booster? booster;

    internal TrainedRegressionTrees(IReadOnlyList<FeatureColumn> columns, double mean, double scale, string? boosterText = null)
    {
        (Columns, Mean, Scale) = (columns, mean, scale);
        booster = boosterText is null ? null : new Booster(boosterText);
    }

    /// <inheritdoc/>
    public IReadOnlyList<FeatureColumn> Columns { get; }

    /// <summary>The trees in LightGBM's own text form, which predict standardised targets; null for a model without features.</summary>
    public string? BoosterText => booster?.Text;

    /// <summary>Mean of the training targets.</summary>
    internal double Mean { get; }

    /// <summary>Standard deviation of the training targets.</summary>
    internal double Scale { get; }

    /// <summary>Features d that a row must have.</summary>
    internal int Width => booster?.Features ?? 0;

    /// <summary>Values that the trees answer a row with.</summary>
    internal int Outputs => booster?.Outputs ?? 1;

    /// <inheritdoc/>
    public double[] Predict(Dataset data)
    {
        ArgumentNullException.ThrowIfNull(data);
        TableShape.Require(Columns, Width, data);
        var values = booster?.Predict(data.Features, data.Count) ?? new double[data.Count];
        TensorPrimitives.Multiply(values, Scale, values);
        TensorPrimitives.Add(values, Mean, values);
        return values;
    }

    /// <summary>Total loss reduction by each feature, in the training set's order.</summary>
    public double[] FeatureGains() => booster?.Gains() ?? [];
}
