using Ballast.Core;

namespace Ballast.Learning.Tabular.LightGbm;

/// <summary>Writes options as LightGBM's parameter text.</summary>
internal static class BoosterParameters
{
    /// <summary>Rows of a category that LightGBM asks for before it splits on it; its own default of 100 leaves small tables without.</summary>
    private static int RowsPerCategory(int rows) => Math.Clamp(rows / 100, 2, 100);

    internal static string For(BoostedTreesOptions options, Dataset train, int rows, string objective)
    {
        var categories = Enumerable.Range(0, train.Columns.Count).Where(j => train.Columns[j].Kind == FeatureKind.Categorical).ToArray();
        List<string> parameters =
        [
            objective,
            "num_threads=1 deterministic=true force_row_wise=true boost_from_average=true verbosity=-1",
            $"seed={options.Seed} learning_rate={options.LearningRate:R} num_leaves={options.Leaves}",
            $"min_data_in_leaf={options.MinimumRowsPerLeaf ?? Math.Clamp(rows / 10, 2, 20)} lambda_l2={options.L2:R}",
            $"feature_fraction={options.FeatureFraction:R} max_bin={options.MaxBins} min_data_per_group={RowsPerCategory(rows)}",
        ];
        if (categories.Length > 0)
            parameters.Add($"categorical_feature={string.Join(',', categories)}");
        // LightGBM takes the first of a parameter given twice.
        parameters.AddRange(options.Extra.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{pair.Key}={pair.Value}"));
        return string.Join(' ', parameters);
    }
}
