namespace Ballast.Learning.Adversarial;

/// <summary>Which misclassified iterate of a sample an attack hands back.</summary>
internal enum BrokenIterate
{
    /// <summary>The one of greatest loss.</summary>
    GreatestLoss,

    /// <summary>The one found last.</summary>
    Latest,
}
