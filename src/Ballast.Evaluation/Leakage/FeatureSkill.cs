namespace Ballast.Evaluation.Leakage;

/// <summary>How well one column alone gives the target on rows not used to learn it.</summary>
/// <param name="Skill">Share of log loss removed (classes) or R2 (real targets): at most 1; 0 or less is no better than the base rate.</param>
/// <param name="Accuracy">Share of rows whose class the column alone gives; R2 again for real targets.</param>
/// <param name="OfClass">The skill for each class against the rest; empty for real targets. A column may give away one class of many.</param>
public readonly record struct FeatureSkill(double Skill, double Accuracy, IReadOnlyList<double> OfClass);
