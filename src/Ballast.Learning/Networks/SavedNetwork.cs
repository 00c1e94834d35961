using Ballast.Exchange.Networks;

namespace Ballast.Learning.Networks;

/// <summary>A network with what is needed to use it.</summary>
/// <param name="Network">The network.</param>
/// <param name="ClassNames">Names of the outputs, in order; empty for regression.</param>
/// <param name="Normalization">What inputs go through before the network sees them; null for nothing.</param>
public sealed record SavedNetwork(Network Network, IReadOnlyList<string> ClassNames, InputNormalization? Normalization = null);
