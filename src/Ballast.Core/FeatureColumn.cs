namespace Ballast.Core;

/// <summary>How the values of a feature are to be read.</summary>
public enum FeatureKind
{
    /// <summary>An amount: order and distance mean something. NaN is missing.</summary>
    Numeric,

    /// <summary>A category code 0..C-1: only equality means something. NaN is missing or a category not seen when the codes were made.</summary>
    Categorical,
}

/// <summary>One feature of a table: its name, how to read it and, for a category, what the codes stand for.</summary>
/// <param name="Name">The user's own column name.</param>
/// <param name="Kind">Amount or category.</param>
/// <param name="Categories">Text of code 0, 1, ...; empty for numeric features.</param>
public sealed record FeatureColumn(string Name, FeatureKind Kind, IReadOnlyList<string> Categories)
{
    /// <summary>A numeric feature.</summary>
    public static FeatureColumn Numeric(string name) => new(name, FeatureKind.Numeric, []);

    /// <summary>A categorical feature whose code c stands for <paramref name="categories"/>[c].</summary>
    public static FeatureColumn Categorical(string name, IReadOnlyList<string> categories) => new(name, FeatureKind.Categorical, categories);
}
