using Ballast.Core;

namespace Ballast.Data.Resampling;

/// <summary>Two resamplers one after the other.</summary>
internal static class ResampleChain
{
    /// <summary>Runs <paramref name="grow"/>, then <paramref name="clean"/> on its result; origins lead back to <paramref name="data"/>.</summary>
    public static ResampleResult Run(string method, Dataset data, IResampler grow, IResampler clean, CancellationToken cancellation)
    {
        var grown = grow.Resample(data, cancellation);
        var cleaned = clean.Resample(grown.Dataset, cancellation);
        var origins = new RowOrigin[cleaned.Origins.Count];
        for (var i = 0; i < origins.Length; i++)
            origins[i] = grown.Origins[cleaned.Origins[i].Row];
        var classes = grown.Classes.Zip(cleaned.Classes, (first, last) => first with { After = last.After });
        return new ResampleResult(
            method, cleaned.Dataset, origins, [.. classes], [.. grown.Notes.Union(cleaned.Notes)], [.. grown.Warnings.Union(cleaned.Warnings)]);
    }
}
