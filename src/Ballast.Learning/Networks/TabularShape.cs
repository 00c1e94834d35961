using System.Text.Json.Serialization;
using Ballast.Core;

namespace Ballast.Learning.Networks;

/// <summary>Shape of a table's rows as networks take them: numeric columns first, then one column of codes a category.</summary>
/// <param name="Numerics">Numeric columns n, at least 0.</param>
/// <param name="Categories">Codes of each category, 0..C-1, the last two of which stand for missing and unseen.</param>
public sealed record TabularShape(int Numerics, IReadOnlyList<int> Categories)
{
    /// <summary>Columns of a row.</summary>
    [JsonIgnore]
    public int Width => Numerics + Categories.Count;

    internal TabularShape Checked()
    {
        Guard.NotNegative(Numerics);
        ArgumentNullException.ThrowIfNull(Categories);
        foreach (var codes in Categories)
            Guard.InRange(codes, 2, 1 << 24, nameof(Categories));
        return Width > 0 ? this : throw new ArgumentException("A table's network needs a column.", nameof(Numerics));
    }
}
