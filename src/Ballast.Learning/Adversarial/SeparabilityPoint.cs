namespace Ballast.Learning.Adversarial;

/// <summary>The errors at one weight of the rare class.</summary>
/// <param name="RareWeight">ρ.</param>
/// <param name="FrequentError">Standard error of the frequent class.</param>
/// <param name="RareError">Standard error of the rare class.</param>
/// <param name="RobustFrequentError">Error of the frequent class under attack.</param>
/// <param name="RobustRareError">Error of the rare class under attack.</param>
public sealed record SeparabilityPoint(double RareWeight, double FrequentError, double RareError, double RobustFrequentError, double RobustRareError);
