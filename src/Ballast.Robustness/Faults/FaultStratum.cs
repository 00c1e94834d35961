namespace Ballast.Robustness.Faults;

/// <summary>Fault sites of one kind that are equally likely: a unit in a layer, or a stored tensor.</summary>
/// <param name="Unit">Name of the unit, or what the memory holds.</param>
/// <param name="Layer">Name of the layer or tensor.</param>
/// <param name="Bits">Different bits of an element: site s flips bit s mod <paramref name="Bits"/>.</param>
/// <param name="Sites">Number of sites, a multiple of <paramref name="Bits"/>.</param>
/// <param name="RawBits">Stored bits times the share of time in which a flip can matter here: the stratum's share of the raw rate.</param>
public sealed record FaultStratum(string Unit, string Layer, int Bits, long Sites, double RawBits);
