using System.Text.Json.Serialization;
using Ballast.Core;

namespace Ballast.Data.Images;

/// <summary>Shape of a planar image [c,h,w]: one row-major plane a channel, one after another.</summary>
/// <param name="Channels">c: 1 for grey, 3 for red, green and blue; at least 1.</param>
/// <param name="Height">h, at least 1.</param>
/// <param name="Width">w, at least 1.</param>
[method: JsonConstructor]
public readonly record struct ImageShape(int Channels, int Height, int Width)
{
    /// <summary>c.</summary>
    public int Channels { get; } = Guard.Positive(Channels);

    /// <summary>h.</summary>
    public int Height { get; } = Guard.Positive(Height);

    /// <summary>w.</summary>
    public int Width { get; } = Guard.Positive(Width);

    /// <summary>Values of one plane: h w.</summary>
    [JsonIgnore]
    public int Plane => checked(Height * Width);

    /// <summary>Values of the image: c h w.</summary>
    [JsonIgnore]
    public int Length => checked(Channels * Plane);

    /// <summary>h and w.</summary>
    [JsonIgnore]
    public ImageSize Size => new(Height, Width);

    /// <summary>The same channels at another size.</summary>
    public ImageShape WithSize(ImageSize size) => new(Channels, size.Height, size.Width);

    /// <summary>The shape of a dataset's samples.</summary>
    /// <exception cref="ArgumentException">The samples have another shape than [c,h,w].</exception>
    public static ImageShape Of(Dataset data)
    {
        ArgumentNullException.ThrowIfNull(data);
        return data.SampleShape is [var channels, var height, var width]
            ? new(channels, height, width)
            : throw new ArgumentException($"The samples have shape [{string.Join(",", data.SampleShape)}]; expected images [c,h,w].", nameof(data));
    }

    internal void CheckLength(int length, string name)
    {
        if (length != Length)
            throw new ArgumentException($"{name} holds {length} values; an image [{Channels},{Height},{Width}] has {Length}.", name);
    }
}
