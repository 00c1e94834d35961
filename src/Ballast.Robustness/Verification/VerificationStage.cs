namespace Ballast.Robustness.Verification;

/// <summary>The stages of verification, in their order.</summary>
public enum VerificationStage
{
    /// <summary>The property's asserts contradict each other: there is nothing to check.</summary>
    EmptyProperty,

    /// <summary>Projected gradient descent towards unsafe outputs.</summary>
    Attack,

    /// <summary>Bounds of the whole box.</summary>
    Bounds,

    /// <summary>Bounds of the whole box with optimised slopes.</summary>
    OptimizedBounds,

    /// <summary>Halving the box of inputs.</summary>
    InputSplitting,

    /// <summary>Assuming signs of neurons.</summary>
    NeuronSplitting,
}
