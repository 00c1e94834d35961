namespace Ballast.Data.Images;

/// <summary>Channels of the images that are read.</summary>
public enum ImageColor
{
    /// <summary>Three channels when any file is declared to be in colour, else one.</summary>
    Auto,

    /// <summary>One channel; colour becomes its Rec. 601 luma.</summary>
    Grey,

    /// <summary>Red, green and blue; grey is repeated in all three.</summary>
    Color,
}
