using Ballast.Core;

namespace Ballast.Learning.Training.Optimization;

/// <summary>A factor on the learning rate of the parameters whose names begin with a prefix.</summary>
/// <param name="Prefix">Beginning of a parameter's name, such as "head."; empty for all.</param>
/// <param name="Factor">Factor of at least 0; 0 freezes the parameters, and the modules that hold them run as in evaluation.</param>
public sealed record RateRule(string Prefix, double Factor)
{
    /// <summary>Factor of at least 0.</summary>
    public double Factor { get; } = Guard.NotNegative(Factor);
}
