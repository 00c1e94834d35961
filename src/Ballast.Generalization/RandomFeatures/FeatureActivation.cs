namespace Ballast.Generalization.RandomFeatures;

/// <summary>The function of a random unit.</summary>
public enum FeatureActivation
{
    /// <summary>1 / (1 + e^-z).</summary>
    Sigmoid,

    /// <summary>Hyperbolic tangent.</summary>
    Tanh,

    /// <summary>e^(-z^2 / 2).</summary>
    Gaussian,

    /// <summary>Sine of z.</summary>
    Sine,

    /// <summary>max(0, z). Positively homogeneous: with biases scaled like weights the span does not depend on the range at all.</summary>
    Relu,
}
