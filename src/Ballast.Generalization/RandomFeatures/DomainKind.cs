namespace Ballast.Generalization.RandomFeatures;

/// <summary>How weights and biases of random units are drawn.</summary>
public enum DomainKind
{
    /// <summary>Weights uniform on a cube, biases on an interval.</summary>
    Box,

    /// <summary>Weights uniform in a ball, biases on an interval.</summary>
    Ball,

    /// <summary>Normal weights, which no range bounds; biases on an interval.</summary>
    Gaussian,

    /// <summary>Weights uniform on a cube, biases such that every unit's transition lies in the data's bounding box.</summary>
    Centred,
}
