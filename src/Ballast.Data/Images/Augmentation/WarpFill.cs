namespace Ballast.Data.Images.Augmentation;

/// <summary>What stands beyond the edges of an image that is warped.</summary>
public enum WarpFill
{
    /// <summary>Zeros: a pixel half outside is mixed with 0.</summary>
    Zero,

    /// <summary>The image mirrored at its edges, the edge pixel repeated (d c b a | a b c d | d c b a).</summary>
    Reflect,

    /// <summary>The nearest edge pixel.</summary>
    Edge,
}
