using System.Numerics.Tensors;

namespace Ballast.Data.Images.Augmentation;

/// <summary>Light and colour of planar images in place; results are not clipped.</summary>
internal static class ColorMath
{
    // Rec. ITU-R BT.601 luma.
    private const float Red = 0.299f, Green = 0.587f, Blue = 0.114f;
    private const int Chunk = 512;

    public static void Scale(Span<float> image, float factor) => TensorPrimitives.Multiply(image, factor, image);

    public static void Clip(Span<float> image) => TensorPrimitives.Clamp(image, 0f, 1f, image);

    public static void Contrast(Span<float> image, ImageShape shape, float factor)
    {
        var mean = MeanGrey(image, shape);
        TensorPrimitives.Multiply(image, factor, image);
        TensorPrimitives.Add(image, (1 - factor) * mean, image);
    }

    public static void Saturate(Span<float> image, ImageShape shape, float factor)
    {
        if (shape.Channels != 3)
            return;
        Span<float> grey = stackalloc float[Chunk];
        for (var start = 0; start < shape.Plane; start += Chunk)
        {
            var count = Math.Min(Chunk, shape.Plane - start);
            var red = image.Slice(start, count);
            var green = image.Slice(shape.Plane + start, count);
            var blue = image.Slice(2 * shape.Plane + start, count);
            var part = grey[..count];
            TensorPrimitives.Multiply(red, Red * (1 - factor), part);
            TensorPrimitives.MultiplyAdd(green, Green * (1 - factor), part, part);
            TensorPrimitives.MultiplyAdd(blue, Blue * (1 - factor), part, part);
            TensorPrimitives.MultiplyAdd(red, factor, part, red);
            TensorPrimitives.MultiplyAdd(green, factor, part, green);
            TensorPrimitives.MultiplyAdd(blue, factor, part, blue);
        }
    }

    public static float MeanGrey(ReadOnlySpan<float> image, ImageShape shape)
    {
        if (shape.Channels != 3)
            return TensorPrimitives.Sum(image) / shape.Length;
        var plane = shape.Plane;
        return (Red * TensorPrimitives.Sum(image[..plane]) + Green * TensorPrimitives.Sum(image.Slice(plane, plane)) + Blue * TensorPrimitives.Sum(image[(2 * plane)..])) / plane;
    }

    /// <summary>Rec. 601 grey of one pixel.</summary>
    public static float Luma(float red, float green, float blue) => Red * red + Green * green + Blue * blue;
}
