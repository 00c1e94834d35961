using Ballast.Core;

namespace Ballast.Learning.Tabular;

/// <summary>Settings of <see cref="BoostedTrees"/> and <see cref="BoostedTreesRegressor"/>; the defaults suit tables of a thousand to a hundred thousand rows.</summary>
public sealed record BoostedTreesOptions
{
    /// <summary>Boosting rounds at most; a round grows one tree, or one a class with three or more classes. At least 1.</summary>
    public int Iterations { get; init => field = Guard.Positive(value); } = 300;

    /// <summary>Share of each tree's step that is taken. Above 0.</summary>
    public double LearningRate { get; init => field = Guard.Positive(value); } = 0.1;

    /// <summary>Leaves of a tree at most, 2 to 131072.</summary>
    public int Leaves { get; init => field = Guard.InRange(value, 2, 131072); } = 15;

    /// <summary>Rows that a leaf holds at least; null: a tenth of the training rows, between 2 and 20.</summary>
    public int? MinimumRowsPerLeaf { get; init => field = value is { } rows ? Guard.Positive(rows, nameof(MinimumRowsPerLeaf)) : null; }

    /// <summary>Share of the features that a tree may use, drawn anew for each. In (0, 1].</summary>
    public double FeatureFraction { get; init => field = Guard.InRange(Guard.Positive(value), 0, 1); } = 1;

    /// <summary>L2 penalty on leaf values. At least 0.</summary>
    public double L2 { get; init => field = Guard.NotNegative(value); } = 1;

    /// <summary>
    /// Stops when the validation loss has not fallen for so many rounds and keeps the best round; 0 trains every round. Without a
    /// validation set, a seeded 15% of each class is set aside; the probabilities that come of it are better calibrated than those of a fixed number of rounds.
    /// </summary>
    public int EarlyStoppingRounds { get; init => field = Guard.NotNegative(value); } = 10;

    /// <summary>Bins of a numeric feature at most, 2 to 255.</summary>
    public int MaxBins { get; init => field = Guard.InRange(value, 2, 255); } = 255;

    /// <summary>How much each class counts; classification only.</summary>
    public ClassWeights ClassWeights { get; init; } = ClassWeights.None;

    /// <summary>Seed of everything random.</summary>
    public int Seed { get; init; }

    /// <summary>Further LightGBM parameters by name. Those above, and those that make models reproducible, win over any given here.</summary>
    public IReadOnlyDictionary<string, string> Extra
    {
        get;
        init
        {
            ArgumentNullException.ThrowIfNull(value);
            foreach (var (name, text) in value)
                if (name.Length == 0 || text.Length == 0 || $"{name}{text}".Any(c => char.IsWhiteSpace(c) || c == '='))
                    throw new ArgumentException($"LightGBM parameter '{name}={text}' holds white space or '=', or is empty.", nameof(Extra));
            field = value;
        }
    } = new Dictionary<string, string>();
}
