namespace Ballast.Evaluation.Slices.Language;

/// <summary>How a row's text is to be read.</summary>
public enum TextKind
{
    /// <summary>Sentences of words: captions, reports, notes.</summary>
    Prose,

    /// <summary>Phrases with <c>"; "</c> between them, each of which is one term: what <see cref="TableTexts"/> makes of a table's columns.</summary>
    Phrases,
}
