using Ballast.Core;

namespace Ballast.Data.Resampling;

/// <summary>SMOTE, then edited nearest neighbours over all classes: synthetic and original rows that their neighbours do not vouch for go.</summary>
/// <remarks>Source: Batista, Prati and Monard, SIGKDD Explorations 6 (2004). The member of the SMOTE family follows the columns' kinds.</remarks>
public sealed class SmoteEnn(SmoteOptions? options = null) : IResampler
{
    /// <summary>Options of the SMOTE step.</summary>
    public SmoteOptions Options { get; } = options ?? new SmoteOptions();

    /// <summary>Neighbours k that judge a row; at least 1. Default 3.</summary>
    public int K { get; init => field = Guard.Positive(value); } = 3;

    /// <inheritdoc/>
    public string Name => "SMOTE + ENN";

    /// <inheritdoc/>
    public ResampleResult Resample(Dataset data, CancellationToken cancellation = default) =>
        ResampleChain.Run(Name, data, new SmoteFamily(Options),
            new EditedNearestNeighbours { K = K, Classes = CleanedClasses.All, Standardize = Options.Standardize }, cancellation);
}
