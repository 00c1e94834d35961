using Ballast.Core;

namespace Ballast.Evaluation.Fairness;

/// <summary>The largest difference of a rate between two groups, with an interval that covers.</summary>
/// <param name="Name">What users call it, such as "equalised odds difference".</param>
/// <param name="Difference">Largest minus smallest rate over the groups, with its interval.</param>
/// <param name="High">The group with the largest rate.</param>
/// <param name="Low">The group with the smallest rate.</param>
/// <param name="Ratio">Smallest over largest rate, with its interval; null for a gap of several rates.</param>
/// <param name="LeftOut">Groups in which the rate is not defined, such as the recall of a group without positives.</param>
public sealed record GroupGap(string Name, Estimate Difference, string High, string Low, Estimate? Ratio, IReadOnlyList<string> LeftOut);
