namespace Ballast.Generalization.RandomFeatures;

/// <summary>Whether a random-feature network has a constant term.</summary>
public enum FeatureIntercept
{
    /// <summary>A first column of ones.</summary>
    Fitted,

    /// <summary>Units alone.</summary>
    None,
}
