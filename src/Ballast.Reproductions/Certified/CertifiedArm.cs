namespace Ballast.Reproductions.Certified;

/// <summary>What of the fast recipe for certified training is used.</summary>
/// <param name="Name">What a reader calls it.</param>
/// <param name="Initialization">Whether weights are drawn so that intervals keep their width.</param>
/// <param name="BatchNorm">Whether batch normalisation stands before each ReLU.</param>
/// <param name="Regularizers">Whether the warm-up is regularised.</param>
/// <param name="Prototype">Standard and verified error of the specification's prototype, by seed.</param>
internal sealed record CertifiedArm(string Name, bool Initialization, bool BatchNorm, bool Regularizers, string Prototype)
{
    /// <summary>Interval training without any of it.</summary>
    public static readonly CertifiedArm Vanilla = new("vanilla, no batch normalisation", false, false, false, ".584/.674 .490/.592 .598/.632");

    /// <summary>With batch normalisation.</summary>
    public static readonly CertifiedArm Normalized = new("vanilla, batch normalisation", false, true, false, ".632/.816 .688/.730 .604/.680");

    /// <summary>With the initialisation and batch normalisation.</summary>
    public static readonly CertifiedArm Initialized = new("initialisation, batch normalisation", true, true, false, ".136/.384 .146/.360 .100/.322");

    /// <summary>The whole recipe.</summary>
    public static readonly CertifiedArm Full = new("all three", true, true, true, ".134/.388 .084/.338 .082/.280");

    /// <summary>All that are compared, slow ones first.</summary>
    public static IReadOnlyList<CertifiedArm> All { get; } =
    [
        Full, new("regularisers, batch normalisation, default initialisation", false, true, true, ".684/.744 .668/.730"), new("initialisation, regularisers, no batch normalisation", true, false, true, ".800/.826 .898/.898 .900/.900"),
        Initialized, Normalized, new("initialisation, no batch normalisation", true, false, false, ".596/.754 .582/.658 .592/.668"), Vanilla,
    ];
}
