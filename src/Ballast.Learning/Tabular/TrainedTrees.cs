using Ballast.Core;
using Ballast.Learning.Tabular.LightGbm;

namespace Ballast.Learning.Tabular;

/// <summary>Boosted trees that predict classes.</summary>
public sealed class TrainedTrees : ITrainedClassifier
{
    private readonly int[] present;
    private readonly double[] shares;
    private readonly Booster? booster;

    internal TrainedTrees(IReadOnlyList<string> classNames, IReadOnlyList<FeatureColumn> columns, int[] present, double[] shares) =>
        (ClassNames, Columns, this.present, this.shares) = (classNames, columns, present, shares);

    internal TrainedTrees(IReadOnlyList<string> classNames, IReadOnlyList<FeatureColumn> columns, int[] present, string boosterText)
        : this(classNames, columns, present, shares: [])
    {
        booster = new Booster(boosterText);
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> ClassNames { get; }

    /// <inheritdoc/>
    public IReadOnlyList<FeatureColumn> Columns { get; }

    /// <summary>The trees in LightGBM's own text form; null for a model without features.</summary>
    public string? BoosterText => booster?.Text;

    /// <summary>Class indices that the training set had rows of, ascending; the others get probability 0.</summary>
    internal ReadOnlySpan<int> Present => present;

    /// <summary>What a model without features answers: the share of each present class.</summary>
    internal ReadOnlySpan<double> Shares => shares;

    /// <summary>Features d that a row must have.</summary>
    internal int Width => booster?.Features ?? 0;

    /// <summary>Values that the trees answer a row with.</summary>
    internal int Outputs => booster?.Outputs ?? 1;

    /// <inheritdoc/>
    public Predictions Predict(Dataset data)
    {
        ArgumentNullException.ThrowIfNull(data);
        TableShape.Require(Columns, Width, data);
        return new Predictions(TrainingClasses.Spread(Compact(data), present, ClassNames.Count), ClassNames.Count, data.RowIds);
    }

    /// <summary>Total loss reduction by each feature, in the training set's order; zeros for features that no tree uses.</summary>
    public double[] FeatureGains() => booster?.Gains() ?? [];

    // n x present probabilities.
    private double[] Compact(Dataset data)
    {
        if (booster is null)
            return [.. Enumerable.Range(0, data.Count).SelectMany(_ => shares)];
        var output = booster.Predict(data.Features, data.Count);
        if (present.Length > 2)
            return output;
        var both = new double[data.Count * 2];
        for (var i = 0; i < data.Count; i++)
            (both[2 * i], both[2 * i + 1]) = (1 - output[i], output[i]);
        return both;
    }
}
