namespace Ballast.Learning.Adversarial;

/// <summary>What became of a sample under attack.</summary>
public enum AttackOutcome
{
    /// <summary>It is misclassified as it is; no attack was needed.</summary>
    Misclassified,

    /// <summary>It is classified right as it is, and an attack found a point where it is not.</summary>
    Broken,

    /// <summary>It is classified right as it is and at every point tried. That proves nothing about points not tried.</summary>
    Survived,

    /// <summary>The model gave no number: counted as not robust.</summary>
    NotANumber,
}
