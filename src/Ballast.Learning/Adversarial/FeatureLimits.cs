using Ballast.Core;
using static TorchSharp.torch;

namespace Ballast.Learning.Adversarial;

/// <summary>What an attacker may do to each feature by itself: a range of its own, or nothing at all. For tables, whose columns differ.</summary>
public sealed class FeatureLimits
{
    private readonly float[] minimum, maximum;
    private readonly bool[] isFixed;
    private Made? tensors;

    /// <summary>Limits of d features.</summary>
    /// <param name="minimum">d least values; -∞ for none.</param>
    /// <param name="maximum">d greatest values, each at least its minimum; ∞ for none.</param>
    /// <param name="isFixed">d answers to whether an attacker cannot change the feature; null where all can be changed.</param>
    /// <exception cref="ArgumentException">Lengths differ, or a minimum lies above its maximum or is NaN.</exception>
    public FeatureLimits(IReadOnlyList<float> minimum, IReadOnlyList<float> maximum, IReadOnlyList<bool>? isFixed = null)
    {
        ArgumentNullException.ThrowIfNull(minimum);
        ArgumentNullException.ThrowIfNull(maximum);
        Guard.SameLength(minimum.Count, maximum.Count, nameof(minimum), nameof(maximum));
        Guard.SameLength(minimum.Count, isFixed?.Count ?? minimum.Count, nameof(minimum), nameof(isFixed));
        for (var j = 0; j < minimum.Count; j++)
            if (!(minimum[j] <= maximum[j]))
                throw new ArgumentException($"Feature {j + 1} has a least value of {minimum[j]} and a greatest of {maximum[j]}.", nameof(minimum));
        (this.minimum, this.maximum, this.isFixed) = ([.. minimum], [.. maximum], isFixed is null ? new bool[minimum.Count] : [.. isFixed]);
    }

    /// <summary>Features d.</summary>
    public int Count => minimum.Length;

    /// <summary>Features that may be changed.</summary>
    public int MovableCount => isFixed.Count(value => !value);

    /// <summary>How many features may move, and a hash of the limits, by which a checkpoint knows its training.</summary>
    public override string ToString() => $"{MovableCount} of {Count} features movable, limits {Hash():X8}";

    /// <summary>Feature, value and range of the first feature of a sample that lies outside by more than <paramref name="tolerance"/>; null where all lie inside.</summary>
    internal (int Feature, float Value)? FirstOutside(ReadOnlySpan<float> features, double tolerance)
    {
        for (var i = 0; i < features.Length; i++)
            if (!(features[i] >= minimum[i % Count] - tolerance && features[i] <= maximum[i % Count] + tolerance))
                return (i % Count, features[i]);
        return null;
    }

    /// <summary>The limits as tensors of a sample's shape, made once for each kind of number and device.</summary>
    internal Made For(Tensor samples)
    {
        if (tensors is { } made && made.Minimum.dtype == samples.dtype && made.Minimum.device.type == samples.device.type && made.Minimum.device.index == samples.device.index)
            return made;
        using var scope = NewDisposeScope();
        long[] shape = [1, .. samples.shape[1..]];
        Tensor Limit(float[] values) => tensor(values).to(samples.dtype, samples.device).reshape(shape).DetachFromDisposeScope();
        // Threads that meet here make the same thing twice.
        return tensors = new Made(Limit(minimum), Limit(maximum), tensor(isFixed).to(samples.device).reshape(shape).DetachFromDisposeScope());
    }

    private uint Hash()
    {
        var hash = 2166136261u;
        foreach (var value in minimum.Concat(maximum).Select(BitConverter.SingleToUInt32Bits).Concat(isFixed.Select(value => value ? 1u : 0)))
            hash = (hash ^ value) * 16777619;
        return hash;
    }

    internal sealed record Made(Tensor Minimum, Tensor Maximum, Tensor Fixed);
}
