namespace Ballast.Robustness.Faults;

/// <summary>What the outputs of a classifier are.</summary>
public enum ScoreForm
{
    /// <summary>Scores before the softmax.</summary>
    Logits,

    /// <summary>Probabilities, after the softmax.</summary>
    Probabilities,
}
