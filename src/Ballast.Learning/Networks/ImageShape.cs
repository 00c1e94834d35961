using Ballast.Core;

namespace Ballast.Learning.Networks;

/// <summary>Shape of an image [c, h, w].</summary>
/// <param name="Channels">1 for grey, 3 for colour.</param>
/// <param name="Height">Rows of pixels.</param>
/// <param name="Width">Columns of pixels.</param>
public readonly record struct ImageShape(int Channels, int Height, int Width)
{
    internal IReadOnlyList<long> Checked() => [Guard.Positive(Channels), Guard.Positive(Height), Guard.Positive(Width)];
}
