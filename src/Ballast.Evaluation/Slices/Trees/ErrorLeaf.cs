using Ballast.Core;

namespace Ballast.Evaluation.Slices.Trees;

/// <summary>A leaf of an error tree.</summary>
/// <param name="Conditions">The splits on the way to it; those on one number are one range.</param>
/// <param name="Rows">Positions of its rows, ascending.</param>
/// <param name="Error">Share of its rows that are wrong, with Wilson's interval.</param>
/// <param name="PValue">One-sided binomial test against the share of errors over all rows; on the rows that grew the tree, so flattered.</param>
/// <param name="AdjustedPValue">After Holm's correction over the leaves.</param>
public sealed record ErrorLeaf(IReadOnlyList<SliceCondition> Conditions, ReadOnlyMemory<int> Rows, Estimate Error, double PValue, double AdjustedPValue);
