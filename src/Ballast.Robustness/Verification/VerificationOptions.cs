using Ballast.Core;

namespace Ballast.Robustness.Verification;

/// <summary>How much to try.</summary>
public sealed record VerificationOptions
{
    /// <summary>Time for the whole query; five minutes by default.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Decides the starts of attacks and the points that are tried in boxes.</summary>
    public int Seed { get; init; }

    /// <summary>Threads; by default as many as there are cores.</summary>
    public int Threads { get; init => field = Guard.Positive(value); } = Environment.ProcessorCount;

    /// <summary>With at most so many inputs the box is halved; with more, signs of neurons are assumed. 20 by default.</summary>
    public int MaxSplitInputs { get; init => field = Guard.NotNegative(value); } = 20;

    /// <summary>The most boxes that may wait at a time; 2,000,000 by default.</summary>
    public int MaxWaiting { get; init => field = Guard.Positive(value); } = 2_000_000;
}
