using Ballast.Core;

namespace Ballast.Data.Images.Augmentation;

/// <summary>Draws that augmentation steps share.</summary>
internal static class RandomStreamExtensions
{
    /// <summary>Uniform in [<paramref name="low"/>, <paramref name="high"/>).</summary>
    public static double Uniform(this RandomStream random, double low, double high) => low + (high - low) * random.NextDouble();
}
