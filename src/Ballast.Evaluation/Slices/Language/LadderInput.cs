namespace Ballast.Evaluation.Slices.Language;

/// <summary>What language-driven discovery knows of some rows: never the rows that a repaired model is to be measured on.</summary>
/// <param name="Rows">n rows with labels, predictions, representations and, where there are any, texts.</param>
public sealed record LadderInput(SliceInput Rows)
{
    /// <summary>How the rows' texts are to be read.</summary>
    public TextKind Kind { get; init; }

    /// <summary>A pool of sentences that belong to no rows; null for the sentences of the rows' own texts.</summary>
    public IReadOnlyList<string>? Sentences { get; init; }

    /// <summary>n x m embeddings of the rows in the space of the sentences' embeddings, such as a vision-language model's of images; empty for the embeddings of the rows' own texts.</summary>
    public ReadOnlyMemory<double> SharedEmbeddings { get; init; }

    /// <summary>n ids that name the user's own rows; empty for 0..n-1.</summary>
    public ReadOnlyMemory<int> RowIds { get; init; }
}
