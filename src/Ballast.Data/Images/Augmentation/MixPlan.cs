using System.Buffers;
using System.Numerics.Tensors;
using Ballast.Core;

namespace Ballast.Data.Images.Augmentation;

/// <summary>How the rows of one batch are mixed. The loss of a mixed row is Shares[i] loss(y_i) + (1 - Shares[i]) loss(y_j), j = Partners[i].</summary>
public sealed class MixPlan
{
    /// <summary>Makes a plan.</summary>
    /// <param name="partners">B positions in the batch.</param>
    /// <param name="shares">B shares in [0,1] of a row's own image and label.</param>
    /// <param name="boxes">B boxes taken from the partner (CutMix), or empty: then whole images are blended (mixup).</param>
    /// <exception cref="ArgumentException">Lengths disagree.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A partner lies outside the batch, or a share outside [0,1].</exception>
    public MixPlan(IReadOnlyList<int> partners, IReadOnlyList<float> shares, IReadOnlyList<ImageBox> boxes)
    {
        ArgumentNullException.ThrowIfNull(partners);
        ArgumentNullException.ThrowIfNull(shares);
        ArgumentNullException.ThrowIfNull(boxes);
        Guard.SameLength(partners.Count, shares.Count, nameof(partners), nameof(shares));
        if (boxes.Count > 0)
            Guard.SameLength(partners.Count, boxes.Count, nameof(partners), nameof(boxes));
        foreach (var partner in partners)
            Guard.InRange(partner, 0, partners.Count - 1, nameof(partners));
        foreach (var share in shares)
            Guard.InRange(share, 0f, 1f, nameof(shares));
        (Partners, Shares, Boxes) = (partners, shares, boxes);
    }

    /// <summary>B positions in the batch.</summary>
    public IReadOnlyList<int> Partners { get; }

    /// <summary>B shares of a row's own image and label.</summary>
    public IReadOnlyList<float> Shares { get; }

    /// <summary>B boxes taken from the partner, or empty where whole images are blended.</summary>
    public IReadOnlyList<ImageBox> Boxes { get; }

    /// <summary>Mixes a batch into another block.</summary>
    /// <param name="batch">B images of c h w values.</param>
    /// <param name="shape">Shape of an image; for mixup any shape of that length.</param>
    /// <param name="output">B mixed images; must not overlap the batch.</param>
    /// <exception cref="ArgumentException">A length is not B c h w, the blocks overlap, or a box lies outside the image.</exception>
    public void Apply(ReadOnlySpan<float> batch, ImageShape shape, Span<float> output)
    {
        Guard.SameLength(checked(Partners.Count * shape.Length), batch.Length, "the plan", nameof(batch));
        Guard.SameLength(batch.Length, output.Length, nameof(batch), nameof(output));
        if (batch.Overlaps(output))
            throw new ArgumentException("The output overlaps the batch.", nameof(output));
        for (var i = 0; i < Partners.Count; i++)
        {
            var own = batch.Slice(i * shape.Length, shape.Length);
            var partner = batch.Slice(Partners[i] * shape.Length, shape.Length);
            var mixed = output.Slice(i * shape.Length, shape.Length);
            if (Boxes.Count == 0)
            {
                TensorPrimitives.Multiply(partner, 1 - Shares[i], mixed);
                TensorPrimitives.MultiplyAdd(own, Shares[i], mixed, mixed);
                continue;
            }
            own.CopyTo(mixed);
            Paste(partner, mixed, shape, Boxes[i]);
        }
    }

    /// <summary>Mixes a batch in place.</summary>
    /// <param name="batch">B images of c h w values, replaced by the mixed ones.</param>
    /// <param name="shape">Shape of an image.</param>
    /// <exception cref="ArgumentException">The length is not B c h w, or a box lies outside the image.</exception>
    public void ApplyInPlace(Span<float> batch, ImageShape shape)
    {
        // A partner may itself have been mixed already, so the originals are kept.
        var originals = ArrayPool<float>.Shared.Rent(batch.Length);
        try
        {
            batch.CopyTo(originals);
            Apply(originals.AsSpan(0, batch.Length), shape, batch);
        }
        finally
        {
            ArrayPool<float>.Shared.Return(originals);
        }
    }

    private static void Paste(ReadOnlySpan<float> from, Span<float> to, ImageShape shape, ImageBox box)
    {
        if (box.Top < 0 || box.Left < 0 || box.Height < 0 || box.Width < 0 || box.Top + box.Height > shape.Height || box.Left + box.Width > shape.Width)
            throw new ArgumentException($"{box} lies outside an image of {shape.Size}.", nameof(box));
        for (var c = 0; c < shape.Channels; c++)
            for (var y = box.Top; y < box.Top + box.Height; y++)
            {
                var start = (c * shape.Height + y) * shape.Width + box.Left;
                from.Slice(start, box.Width).CopyTo(to.Slice(start, box.Width));
            }
    }
}
