namespace Ballast.Reproductions.Catalogue;

/// <summary>One method of the catalogue: a paper, what it does for the user, and what carries it here.</summary>
/// <param name="Slug">Its short name, such as <c>label-errors</c>; names its documentation page and its reproduction too.</param>
/// <param name="Name">What the method is called.</param>
/// <param name="Title">The paper's title; for what is no paper, the source that defines it.</param>
/// <param name="Authors">The paper's authors.</param>
/// <param name="Venue">Where it appeared.</param>
/// <param name="Year">When it appeared.</param>
/// <param name="Summary">What it does, in one sentence.</param>
public sealed record MethodEntry(string Slug, string Name, string Title, string Authors, string Venue, int Year, string Summary)
{
    /// <summary>Whether it is built.</summary>
    public bool IsBuilt { get; init; }

    /// <summary>Full names of the public types that carry it; empty while it is not built.</summary>
    public IReadOnlyList<string> Types { get; init; } = [];

    /// <summary>Verbs of the program that carry it; empty while it is not built.</summary>
    public IReadOnlyList<string> Commands { get; init; } = [];
}
