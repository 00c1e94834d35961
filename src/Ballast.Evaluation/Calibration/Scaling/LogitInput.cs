namespace Ballast.Evaluation.Calibration.Scaling;

/// <summary>What vector and matrix scaling work on. Probabilities always come as log probabilities.</summary>
public enum LogitInput
{
    /// <summary>Logits normalised to log probabilities: the same map then serves a model's logits and its probabilities.</summary>
    LogProbabilities,

    /// <summary>Logits as given; the map then belongs to this model's logits alone.</summary>
    AsGiven,
}
