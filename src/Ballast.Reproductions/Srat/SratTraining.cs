namespace Ballast.Reproductions.Srat;

/// <summary>How a network is trained on rare and frequent classes.</summary>
internal enum SratTraining
{
    /// <summary>Cross-entropy.</summary>
    Natural,

    /// <summary>Cross-entropy, classes re-weighted late.</summary>
    NaturalReweighted,

    /// <summary>Adversarial training.</summary>
    Adversarial,

    /// <summary>Adversarial training, classes re-weighted from the first epoch.</summary>
    AdversarialReweightedEarly,

    /// <summary>Adversarial training, classes re-weighted late.</summary>
    AdversarialReweighted,

    /// <summary>SRAT, lambda 0.2, temperature 0.5.</summary>
    Srat,

    /// <summary>SRAT with anchors weighted by the rarity of their class, lambda 0.1, temperature 0.2.</summary>
    SratBalanced,
}
