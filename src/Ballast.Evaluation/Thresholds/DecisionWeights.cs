using Ballast.Core;

namespace Ballast.Evaluation.Thresholds;

/// <summary>The class k with the largest w_k p_k, the first on ties. Equal weights give the most probable class.</summary>
/// <param name="Weights">K positive weights.</param>
public sealed record DecisionWeights(IReadOnlyList<double> Weights) : IDecisionRule
{
    /// <summary>K positive weights.</summary>
    public IReadOnlyList<double> Weights { get; } = Weights.All(weight => weight > 0 && double.IsFinite(weight))
        ? Weights
        : throw new ArgumentException("Every class weight must be positive and finite.", nameof(Weights));

    /// <inheritdoc/>
    public int[] Decide(Predictions predictions)
    {
        ArgumentNullException.ThrowIfNull(predictions);
        Guard.SameLength(Weights.Count, predictions.Classes, "the class weights", nameof(predictions));
        var weights = Weights.ToArray();
        var decisions = new int[predictions.Count];
        for (var i = 0; i < decisions.Length; i++)
        {
            var row = predictions.Row(i);
            var best = 0;
            for (var k = 1; k < row.Length; k++)
                if (weights[k] * row[k] > weights[best] * row[best])
                    best = k;
            decisions[i] = best;
        }
        return decisions;
    }
}
