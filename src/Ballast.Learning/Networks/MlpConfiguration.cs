using Ballast.Core;

namespace Ballast.Learning.Networks;

/// <summary>Shape of an <see cref="Mlp"/>.</summary>
/// <param name="Inputs">Features d, at least 1; a sample of another shape is flattened.</param>
/// <param name="Hidden">Widths of the hidden layers, each at least 1; none makes a linear model.</param>
/// <param name="Outputs">Outputs K, at least 1.</param>
public sealed record MlpConfiguration(int Inputs, IReadOnlyList<int> Hidden, int Outputs) : NetworkConfiguration
{
    /// <summary>Whether batch normalisation stands between each hidden layer and its ReLU.</summary>
    public bool BatchNorm { get; init; }

    /// <summary>Probability of a zero after each hidden layer, in [0, 1).</summary>
    public double Dropout { get; init; }

    /// <inheritdoc/>
    public override Network Create(Initialization weights) => new Mlp(this, weights);

    internal MlpConfiguration Checked()
    {
        Guard.Positive(Inputs);
        Guard.Positive(Outputs);
        ArgumentNullException.ThrowIfNull(Hidden);
        foreach (var width in Hidden)
            Guard.Positive(width, nameof(Hidden));
        return this;
    }
}
