using Ballast.Core;

namespace Ballast.Data.Resampling;

/// <summary>SMOTE, then removal of both members of every Tomek link.</summary>
/// <remarks>Source: Batista, Prati and Monard, SIGKDD Explorations 6 (2004). The member of the SMOTE family follows the columns' kinds.</remarks>
public sealed class SmoteTomek(SmoteOptions? options = null) : IResampler
{
    /// <summary>Options of the SMOTE step.</summary>
    public SmoteOptions Options { get; } = options ?? new SmoteOptions();

    /// <inheritdoc/>
    public string Name => "SMOTE + Tomek links";

    /// <inheritdoc/>
    public ResampleResult Resample(Dataset data, CancellationToken cancellation = default) =>
        ResampleChain.Run(Name, data, new SmoteFamily(Options),
            new TomekLinks { Classes = CleanedClasses.All, Standardize = Options.Standardize }, cancellation);
}
