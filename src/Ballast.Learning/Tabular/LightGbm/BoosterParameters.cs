using Ballast.Core;

namespace Ballast.Learning.Tabular.LightGbm;

/// <summary>Writes options as LightGBM's parameter text.</summary>
internal static class BoosterParameters
{
    // From here on the work that goes with all features, bundling them and counting rows into their bins, outweighs the work on those that a tree looks at.
    private const int ManyFeatures = 2_000;

    /// <summary>Rows of a category that LightGBM asks for before it splits on it; its own default of 100 leaves small tables without.</summary>
    private static int RowsPerCategory(int rows) => Math.Clamp(rows / 100, 2, 100);

    internal static string For(BoostedTreesOptions options, Dataset train, int rows, string objective)
    {
        var categories = Enumerable.Range(0, train.Columns.Count).Where(j => train.Columns[j].Kind == FeatureKind.Categorical).ToArray();
        var fewest = options.MinimumRowsPerLeaf ?? Math.Clamp(rows / 10, 2, 20);
        // Room is made for every leaf and feature at the start: not for leaves that the rows cannot fill.
        var leaves = Math.Clamp(rows / Math.Max(1, fewest), 2, Math.Max(2, options.Leaves));
        List<string> parameters =
        [
            objective,
            train.Width > ManyFeatures ? "force_col_wise=true enable_bundle=false" : "force_row_wise=true",
            "num_threads=1 deterministic=true boost_from_average=true verbosity=-1",
            $"seed={options.Seed} learning_rate={options.LearningRate:R} num_leaves={leaves}",
            $"min_data_in_leaf={fewest} lambda_l2={options.L2:R}",
            $"feature_fraction={options.FeatureFraction:R} max_bin={options.MaxBins} min_data_per_group={RowsPerCategory(rows)}",
        ];
        if (categories.Length > 0)
            parameters.Add($"categorical_feature={string.Join(',', categories)}");
        // LightGBM takes the first of a parameter given twice.
        parameters.AddRange(options.Extra.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{pair.Key}={pair.Value}"));
        return string.Join(' ', parameters);
    }
}
