using System.Text.Json.Serialization;
using Ballast.Core;

namespace Ballast.Evaluation.Thresholds;

/// <summary>Turns probabilities into decisions; goes to JSON and back through this interface.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "rule")]
[JsonDerivedType(typeof(BinaryThreshold), "threshold")]
[JsonDerivedType(typeof(DecisionWeights), "decision-weights")]
public interface IDecisionRule
{
    /// <summary>The class decided for every row.</summary>
    /// <exception cref="ArgumentException">The predictions have another number of classes than the rule.</exception>
    int[] Decide(Predictions predictions);
}
