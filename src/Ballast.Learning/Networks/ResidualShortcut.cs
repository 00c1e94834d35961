namespace Ballast.Learning.Networks;

/// <summary>How a residual block passes its input on where the shape changes (He et al. 2016, section 3.3).</summary>
public enum ResidualShortcut
{
    /// <summary>Option A: every second pixel, zeros for the new channels, half of them before and half after; no parameters.</summary>
    Pad,

    /// <summary>Option B: a 1x1 convolution with batch normalisation.</summary>
    Projection,
}
