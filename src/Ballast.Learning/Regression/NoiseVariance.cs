namespace Ballast.Learning.Regression;

/// <summary>Whether the noise of balanced MSE is trained.</summary>
public enum NoiseVariance
{
    /// <summary>The standard deviation is a parameter trained beside the network.</summary>
    Learned,

    /// <summary>It keeps the value given.</summary>
    Fixed,
}
