namespace Ballast.Exchange.VnnLib;

/// <summary>A word, or a list in parentheses, and where it stands.</summary>
/// <param name="Word">The word; null for a list.</param>
/// <param name="Items">The list; empty for a word.</param>
/// <param name="Line">1-based.</param>
/// <param name="Column">1-based.</param>
internal sealed record SyntaxNode(string? Word, IReadOnlyList<SyntaxNode> Items, int Line, int Column)
{
    /// <summary>The word, or the first word of the list.</summary>
    public string Head => Word ?? (Items is [{ Word: { } head }, ..] ? head : "(");

    /// <summary>How messages name it.</summary>
    public string Shown => Word is not null ? $"'{Word}'" : Items.Count == 0 ? "'()'" : $"'({Head} …)'";
}
