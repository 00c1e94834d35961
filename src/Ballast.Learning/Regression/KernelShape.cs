namespace Ballast.Learning.Regression;

/// <summary>Shape of a smoothing kernel over label bins.</summary>
public enum KernelShape
{
    /// <summary>A delta filtered by a Gaussian whose tails are mirrored back into the kernel's size.</summary>
    Gaussian,

    /// <summary>1 - |x| / (h + 1), h = (size - 1) / 2; sigma plays no part.</summary>
    Triangular,

    /// <summary>exp(-|x| / sigma).</summary>
    Laplace,
}
