using Ballast.Core;
using Ballast.Robustness.Bounds;

namespace Ballast.Robustness.Certified;

/// <summary>How samples are certified.</summary>
public sealed record CertificationOptions
{
    /// <summary>The dearest method that is tried; cheaper ones come first and what they prove is done.</summary>
    public BoundMethod Method { get; init; } = BoundMethod.Crown;

    /// <summary>What a certificate proves.</summary>
    public Soundness Soundness { get; init; } = Soundness.RealArithmetic;

    /// <summary>Samples bounded together, at least 1; null goes by the network's size.</summary>
    public int? BatchSize { get; init => field = value is { } count ? Guard.Positive(count) : null; }

    /// <summary>Batches bounded at the same time, at least 1. Results do not depend on it.</summary>
    public int Threads { get; init => field = Guard.Positive(value); } = Environment.ProcessorCount;
}
