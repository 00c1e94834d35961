namespace Ballast.Reproductions.Tightness;

/// <summary>How a network of the tightness experiment is trained.</summary>
internal enum TightnessArm
{
    /// <summary>Not at all.</summary>
    Untrained,

    /// <summary>On cross-entropy.</summary>
    Standard,

    /// <summary>Adversarially, 5 steps.</summary>
    Pgd,

    /// <summary>By intervals on a tenth of the box around an attacked point.</summary>
    SabrTenth,

    /// <summary>By intervals on four tenths of it.</summary>
    SabrFourTenths,

    /// <summary>By intervals on the whole box.</summary>
    Ibp,

    /// <summary>By intervals on a box of a quarter of the radius, at which it is judged.</summary>
    IbpQuarter,
}
