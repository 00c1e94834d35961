using Ballast.Core;

namespace Ballast.Learning.Networks;

/// <summary>Shape of a <see cref="TabularMlp"/>.</summary>
/// <param name="Input">Shape of a row.</param>
/// <param name="Hidden">Widths of the hidden layers, each at least 1; none makes a linear model of the embeddings.</param>
/// <param name="Outputs">Outputs K.</param>
public sealed record TabularMlpConfiguration(TabularShape Input, IReadOnlyList<int> Hidden, int Outputs) : NetworkConfiguration
{
    /// <summary>Numbers of each category's code, at least 1.</summary>
    public int EmbeddingWidth { get; init; } = 8;

    /// <summary>Probability of a zero after each hidden layer, in [0, 1).</summary>
    public double Dropout { get; init; }

    /// <inheritdoc/>
    public override Network Create(Initialization weights) => new TabularMlp(this, weights);

    internal TabularMlpConfiguration Checked()
    {
        ArgumentNullException.ThrowIfNull(Input);
        Input.Checked();
        Guard.Positive(Outputs);
        Guard.Positive(EmbeddingWidth);
        ArgumentNullException.ThrowIfNull(Hidden);
        foreach (var width in Hidden)
            Guard.Positive(width, nameof(Hidden));
        return this;
    }

    internal int FeatureCount => Hidden.Count > 0 ? Hidden[^1] : Input.Numerics + (Input.Categories.Count * EmbeddingWidth);
}
