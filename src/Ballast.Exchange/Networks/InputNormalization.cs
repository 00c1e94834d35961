namespace Ballast.Exchange.Networks;

/// <summary>(x - mean) / deviation for each channel, or each column of a table.</summary>
/// <param name="Mean">One number a channel.</param>
/// <param name="Deviation">One number a channel, greater than 0.</param>
public sealed record InputNormalization(IReadOnlyList<double> Mean, IReadOnlyList<double> Deviation);
