namespace Ballast.Exchange.VnnLib;

/// <summary>A box of inputs and the outputs that are unsafe there: a disjunction of conjunctions of half-spaces.</summary>
/// <param name="Lower">Least value of each input.</param>
/// <param name="Upper">Greatest value of each input, at least <paramref name="Lower"/>.</param>
/// <param name="Disjuncts">The outputs are unsafe when every constraint of one of these lists holds. An empty list always holds.</param>
public sealed record UnsafeRegion(IReadOnlyList<double> Lower, IReadOnlyList<double> Upper, IReadOnlyList<IReadOnlyList<OutputConstraint>> Disjuncts);
