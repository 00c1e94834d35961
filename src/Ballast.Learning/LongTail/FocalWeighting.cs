namespace Ballast.Learning.LongTail;

/// <summary>Where a class weight enters the focal loss.</summary>
public enum FocalWeighting
{
    /// <summary>w_y (1 - p_t)^gamma CE.</summary>
    Outside,

    /// <summary>(1 - exp(-c))^gamma c with c = w_y CE, as the code published with LDAM has it: rare classes then count as harder.</summary>
    InsidePt,
}
