using Ballast.Core;

namespace Ballast.Data.Resampling;

/// <summary>Picks SMOTE, SMOTE-NC or SMOTE-N by the kinds of the columns, and says which.</summary>
public sealed class SmoteFamily(SmoteOptions? options = null) : IResampler
{
    /// <summary>The options.</summary>
    public SmoteOptions Options { get; } = options ?? new SmoteOptions();

    /// <inheritdoc/>
    public string Name => "SMOTE (by column kinds)";

    /// <summary>The member that fits the columns: its <see cref="IResampler.Name"/> says which.</summary>
    public static IResampler For(Dataset data, SmoteOptions? options = null)
    {
        var (numeric, categorical) = Kinds(data);
        return categorical == 0 ? new Smote(options) : numeric == 0 ? new SmoteN(options) : new SmoteNc(options);
    }

    /// <inheritdoc/>
    public ResampleResult Resample(Dataset data, CancellationToken cancellation = default)
    {
        var member = For(data, Options);
        var (numeric, categorical) = Kinds(data);
        var result = member.Resample(data, cancellation);
        return result with { Notes = [$"{member.Name} was picked: {numeric} numeric and {categorical} categorical columns.", .. result.Notes] };
    }

    internal static void RequireNumeric(Dataset data, string method)
    {
        var (numeric, categorical) = Kinds(data);
        if (categorical > 0)
            throw new ArgumentException($"{method} needs numeric columns, but {categorical} hold categories: use {(numeric > 0 ? "SMOTE-NC" : "SMOTE-N")}.", nameof(data));
        RequireColumns(data, method);
    }

    internal static void RequireMixed(Dataset data, string method)
    {
        var (numeric, categorical) = Kinds(data);
        if (categorical == 0)
            throw new ArgumentException($"{method} needs a categorical column, but all are numeric: use SMOTE.", nameof(data));
        if (numeric == 0)
            throw new ArgumentException($"{method} needs a numeric column, but all hold categories: use SMOTE-N.", nameof(data));
    }

    internal static void RequireCategorical(Dataset data, string method)
    {
        var (numeric, categorical) = Kinds(data);
        if (numeric > 0)
            throw new ArgumentException($"{method} needs categorical columns, but {numeric} are numeric: use {(categorical > 0 ? "SMOTE-NC" : "SMOTE")}.", nameof(data));
        RequireColumns(data, method);
    }

    private static (int Numeric, int Categorical) Kinds(Dataset data)
    {
        ArgumentNullException.ThrowIfNull(data);
        var categorical = data.Columns.Count(column => column.Kind == FeatureKind.Categorical);
        return (data.Width - categorical, categorical);
    }

    private static void RequireColumns(Dataset data, string method)
    {
        if (data.Width == 0)
            throw new ArgumentException($"{method} needs at least one column.", nameof(data));
    }
}
