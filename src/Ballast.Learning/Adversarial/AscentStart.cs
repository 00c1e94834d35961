namespace Ballast.Learning.Adversarial;

/// <summary>Where an ascent begins.</summary>
public enum AscentStart
{
    /// <summary>At the sample itself; of no use for losses whose gradient is 0 there.</summary>
    Sample,

    /// <summary>Uniform in the ball, cut to the data's range.</summary>
    UniformInBall,

    /// <summary>The sample plus 0.001 times a standard normal draw.</summary>
    NearSample,
}
