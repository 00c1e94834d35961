using Ballast.Core;

namespace Ballast.Data.Reading;

/// <summary>How one column becomes one feature.</summary>
/// <param name="Name">Name of the column.</param>
/// <param name="Kind">Amount or category.</param>
/// <param name="Reading">How texts are read as numbers; null for categories.</param>
/// <param name="Categories">Texts of code 0, 1, ...: most frequent first, ties in ordinal order; empty for amounts.</param>
/// <param name="Pooled">Texts too rare for a code of their own, which share the last code; empty where none.</param>
public sealed record EncodedColumn(string Name, FeatureKind Kind, string? Reading, IReadOnlyList<string> Categories, IReadOnlyList<string> Pooled)
{
    /// <summary>What the shared code of rare texts is called in <see cref="FeatureColumn.Categories"/>.</summary>
    public const string OtherName = "(other)";

    /// <summary>The feature as a dataset describes it.</summary>
    internal FeatureColumn AsFeature() => Kind == FeatureKind.Numeric
        ? FeatureColumn.Numeric(Name)
        : FeatureColumn.Categorical(Name, Pooled.Count == 0 ? Categories : [.. Categories, OtherName]);
}
