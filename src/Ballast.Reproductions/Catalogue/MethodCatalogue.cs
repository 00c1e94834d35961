namespace Ballast.Reproductions.Catalogue;

/// <summary>Every method that Ballast carries or will carry.</summary>
public static class MethodCatalogue
{
    /// <summary>All methods, ordered by slug.</summary>
    public static IReadOnlyList<MethodEntry> All { get; } = [.. DataMethods.Entries.OrderBy(entry => entry.Slug, StringComparer.Ordinal)];

    /// <summary>The methods whose entry holds every word of <paramref name="query"/>, case ignored; all of them for an empty query.</summary>
    public static IReadOnlyList<MethodEntry> Search(string query)
    {
        ArgumentNullException.ThrowIfNull(query);
        var words = query.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return [.. All.Where(entry => words.All(word => Text(entry).Contains(word, StringComparison.OrdinalIgnoreCase)))];
    }

    private static string Text(MethodEntry entry) =>
        string.Join('\n', [entry.Slug, entry.Name, entry.Title, entry.Authors, entry.Venue, $"{entry.Year}", entry.Summary, .. entry.Types, .. entry.Commands]);
}
