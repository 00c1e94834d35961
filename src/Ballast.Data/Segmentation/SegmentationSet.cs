using Ballast.Core;
using Ballast.Data.Images;

namespace Ballast.Data.Segmentation;

/// <summary>Images with a class for every pixel and a group for every image.</summary>
public sealed class SegmentationSet
{
    /// <summary>Takes images, masks and groups, which must not change afterwards.</summary>
    /// <param name="shape">Shape of an image.</param>
    /// <param name="images">n c h w values, planar, in [0, 1].</param>
    /// <param name="masks">n h w classes 0..K-1.</param>
    /// <param name="classes">Classes K with the background, at least 2.</param>
    /// <param name="groups">n groups 0..G-1; every group has an image.</param>
    /// <param name="groupNames">Names of the G groups.</param>
    /// <param name="names">Names of the n images; null for their numbers.</param>
    /// <param name="splits">Split of each image, where known.</param>
    /// <param name="notes">What a reader must know, such as images that were left out.</param>
    /// <exception cref="ArgumentException">There are no images, lengths disagree, a mask or group lies outside, or a group is empty.</exception>
    public SegmentationSet(
        ImageShape shape, ReadOnlyMemory<float> images, ReadOnlyMemory<byte> masks, int classes, IReadOnlyList<int> groups, IReadOnlyList<string> groupNames,
        IReadOnlyList<string>? names = null, IReadOnlyList<string?>? splits = null, IReadOnlyList<string>? notes = null)
    {
        ArgumentNullException.ThrowIfNull(groups);
        ArgumentNullException.ThrowIfNull(groupNames);
        (Shape, Images, Masks, Classes, Groups, GroupNames, Notes) = (shape, images, masks, Guard.InRange(classes, 2, 256), groups, groupNames, notes ?? []);
        Names = names ?? [.. Enumerable.Range(0, groups.Count).Select(i => $"{i}")];
        Splits = splits ?? new string?[groups.Count];
        if (Count == 0)
            throw new ArgumentException("There are no images.", nameof(groups));
        if (images.Length != (long)Count * shape.Length || masks.Length != (long)Count * shape.Plane)
            throw new ArgumentException($"{Count} images of {shape.Size} pixels need {(long)Count * shape.Length} values and {(long)Count * shape.Plane} of masks; there are {images.Length} and {masks.Length}.", nameof(images));
        Guard.SameLength(Count, Names.Count, nameof(groups), nameof(names));
        Guard.SameLength(Count, Splits.Count, nameof(groups), nameof(splits));
        for (var i = 0; i < Count; i++)
        {
            if ((uint)groups[i] >= (uint)groupNames.Count)
                throw new ArgumentException($"Image '{Names[i]}' has the group {groups[i]}; expected 0..{groupNames.Count - 1}.", nameof(groups));
            foreach (var value in masks.Span.Slice(i * shape.Plane, shape.Plane))
                if (value >= classes)
                    throw new ArgumentException($"The mask of '{Names[i]}' holds the class {value}; expected 0..{classes - 1}.", nameof(masks));
        }
        if (Enumerable.Range(0, groupNames.Count).FirstOrDefault(g => !groups.Contains(g), -1) is >= 0 and var empty)
            throw new ArgumentException($"No image is of the group '{groupNames[empty]}'.", nameof(groups));
    }

    /// <summary>Images n.</summary>
    public int Count => Groups.Count;

    /// <summary>Shape of an image.</summary>
    public ImageShape Shape { get; }

    /// <summary>n c h w values, planar.</summary>
    public ReadOnlyMemory<float> Images { get; }

    /// <summary>n h w classes.</summary>
    public ReadOnlyMemory<byte> Masks { get; }

    /// <summary>Classes K with the background.</summary>
    public int Classes { get; }

    /// <summary>Group of each image.</summary>
    public IReadOnlyList<int> Groups { get; }

    /// <summary>Names of the groups.</summary>
    public IReadOnlyList<string> GroupNames { get; }

    /// <summary>Name of each image.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>Split of each image; null where none is given.</summary>
    public IReadOnlyList<string?> Splits { get; }

    /// <summary>What a reader must know.</summary>
    public IReadOnlyList<string> Notes { get; }

    /// <summary>The images at some positions, in that order.</summary>
    /// <exception cref="ArgumentException">There are none, or a group loses all its images.</exception>
    public SegmentationSet Select(IReadOnlyList<int> positions)
    {
        ArgumentNullException.ThrowIfNull(positions);
        var (images, masks) = (new float[positions.Count * Shape.Length], new byte[positions.Count * Shape.Plane]);
        foreach (var (to, from) in positions.Index())
        {
            Images.Span.Slice(from * Shape.Length, Shape.Length).CopyTo(images.AsSpan(to * Shape.Length));
            Masks.Span.Slice(from * Shape.Plane, Shape.Plane).CopyTo(masks.AsSpan(to * Shape.Plane));
        }
        return new SegmentationSet(
            Shape, images, masks, Classes, [.. positions.Select(i => Groups[i])], GroupNames, [.. positions.Select(i => Names[i])], [.. positions.Select(i => Splits[i])], Notes);
    }

    /// <summary>The images of one split.</summary>
    /// <exception cref="ArgumentException">There are none.</exception>
    public SegmentationSet OfSplit(string split) => Select([.. Enumerable.Range(0, Count).Where(i => Splits[i] == split)]);
}
