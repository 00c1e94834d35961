namespace Ballast.Robustness.Certified;

/// <summary>What is known of a sample and all inputs near it.</summary>
public enum CertificationOutcome
{
    /// <summary>Classified right, and proved to be so on the whole box around it.</summary>
    Certified,

    /// <summary>Classified wrong as it is, or tied.</summary>
    Misclassified,

    /// <summary>Classified right, but the bounds do not prove it for the box: an input near it may be misclassified, or the bounds may be too loose.</summary>
    Unknown,
}
