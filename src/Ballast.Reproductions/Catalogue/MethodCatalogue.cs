using Ballast.Core;

namespace Ballast.Reproductions.Catalogue;

/// <summary>Every method that Ballast carries or will carry.</summary>
public static class MethodCatalogue
{
    /// <summary>All methods, ordered by slug.</summary>
    public static IReadOnlyList<MethodEntry> All { get; } =
    [
        .. new[]
        {
            DataMethods.Entries, EvaluationMethods.Entries, LearningMethods.Entries, GeneralizationMethods.Entries, RobustnessMethods.Entries,
            CompressionMethods.Entries, LanguageMethods.Entries, StreamingMethods.Entries, DistributedMethods.Entries,
        }.SelectMany(wing => wing).OrderBy(entry => entry.Slug, StringComparer.Ordinal),
    ];

    /// <summary>The method called <paramref name="slug"/>.</summary>
    /// <exception cref="ArgumentException">There is none; the message suggests the nearest.</exception>
    public static MethodEntry Get(string slug) =>
        All.FirstOrDefault(entry => entry.Slug == slug) ?? throw new ArgumentException(
            Spelling.Nearest(slug, All.Select(entry => entry.Slug)) is { } nearest
                ? $"There is no method '{slug}'; did you mean '{nearest}'?"
                : $"There is no method '{slug}'; 'ballast methods' lists them.");

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
