using Ballast.Core;

namespace Ballast.Learning.Tabular;

/// <summary>The check that a model is asked about the features it was trained on.</summary>
internal static class TableShape
{
    /// <exception cref="ArgumentException">Number, names, kinds or category codes differ; the message names the first difference.</exception>
    internal static void Require(IReadOnlyList<FeatureColumn> expected, int width, Dataset data)
    {
        if (data.Width != width)
            throw new ArgumentException($"The model was trained on {width} features, but the rows have {data.Width}.", nameof(data));
        if (expected.Count == 0 || data.Columns.Count == 0 || ReferenceEquals(expected, data.Columns))
            return;
        for (var j = 0; j < width; j++)
        {
            var (want, got) = (expected[j], data.Columns[j]);
            if (want.Name != got.Name)
                throw new ArgumentException($"Feature {j + 1} is '{got.Name}'; the model was trained with '{want.Name}' there.", nameof(data));
            if (want.Kind != got.Kind)
                throw new ArgumentException($"Feature '{got.Name}' is {got.Kind}; the model was trained with it as {want.Kind}.", nameof(data));
            if (!ReferenceEquals(want.Categories, got.Categories) && !want.Categories.SequenceEqual(got.Categories))
                throw new ArgumentException($"The category codes of feature '{got.Name}' differ from those the model was trained with.", nameof(data));
        }
    }
}
