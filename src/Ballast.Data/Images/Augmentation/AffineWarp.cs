using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Ballast.Data.Images.Augmentation;

/// <summary>Warps planar float images by an affine map with bilinear interpolation.</summary>
/// <remarks>
/// Output pixel (x, y) takes the source at the map's place (u, v): with a = u - floor(u) and b = v - floor(v), (1-a)(1-b), a(1-b), (1-a)b and ab of the four
/// pixels around it. Maps that only move and mirror whole pixels are copied. Places are computed in float32: within 3e-5 pixels for images of 224 pixels a side.
/// Shrinking takes no mean over the pixels that are passed over; <see cref="ImageResizer"/> does.
/// </remarks>
public static class AffineWarp
{
    /// <summary>Warps an image.</summary>
    /// <param name="source">c h w values.</param>
    /// <param name="shape">Shape of the source.</param>
    /// <param name="output">c times the output's pixels; must not overlap the source.</param>
    /// <param name="outputSize">Size of the output.</param>
    /// <param name="map">From output pixels to source places.</param>
    /// <param name="fill">What stands beyond the source's edges.</param>
    /// <exception cref="ArgumentException">A span has another length than its shape says, the two overlap, or the map is not finite.</exception>
    public static void Apply(ReadOnlySpan<float> source, ImageShape shape, Span<float> output, ImageSize outputSize, AffineMap map, WarpFill fill = WarpFill.Zero)
    {
        shape.CheckLength(source.Length, nameof(source));
        shape.WithSize(outputSize).CheckLength(output.Length, nameof(output));
        if (source.Overlaps(output))
            throw new ArgumentException("The output overlaps the source.", nameof(output));
        if (!double.IsFinite(map.XX + map.XY + map.X0 + map.YX + map.YY + map.Y0))
            throw new ArgumentException($"The map {map} is not finite.", nameof(map));
        if (map.IsMove)
            Move(source, shape, output, outputSize, map, fill);
        else if (Avx2.IsSupported && outputSize.Width >= Vector256<float>.Count && shape.Width >= 2)
            InterpolateVector(source, shape, output, outputSize, map, fill);
        else
            Interpolate(source, shape, output, outputSize, map, fill);
    }

    private static void Move(ReadOnlySpan<float> source, ImageShape shape, Span<float> output, ImageSize size, AffineMap map, WarpFill fill)
    {
        var (mirrored, left) = (map.XX < 0, (int)map.X0);
        // Output columns [first, end) lie inside the source.
        var (first, end) = mirrored ? (left - shape.Width + 1, left + 1) : (-left, shape.Width - left);
        (first, end) = (Math.Clamp(first, 0, size.Width), Math.Clamp(end, 0, size.Width));
        end = Math.Max(first, end);
        for (var c = 0; c < shape.Channels; c++)
        {
            var plane = source.Slice(c * shape.Plane, shape.Plane);
            for (var y = 0; y < size.Height; y++)
            {
                var target = output.Slice((c * size.Height + y) * size.Width, size.Width);
                var v = (int)map.YY * y + (int)map.Y0;
                if (fill == WarpFill.Zero && (v < 0 || v >= shape.Height))
                {
                    target.Clear();
                    continue;
                }
                var line = plane.Slice(Inside(v, shape.Height, fill) * shape.Width, shape.Width);
                var inside = target[first..end];
                if (mirrored)
                {
                    line.Slice(first < end ? left - end + 1 : 0, inside.Length).CopyTo(inside);
                    inside.Reverse();
                }
                else
                    line.Slice(first < end ? left + first : 0, inside.Length).CopyTo(inside);
                Beyond(line, target[..first], 0, map, fill);
                Beyond(line, target[end..], end, map, fill);
            }
        }
    }

    // Output columns from `start` on whose source columns lie outside.
    private static void Beyond(ReadOnlySpan<float> line, Span<float> target, int start, AffineMap map, WarpFill fill)
    {
        if (fill == WarpFill.Zero)
        {
            target.Clear();
            return;
        }
        for (var i = 0; i < target.Length; i++)
            target[i] = line[Inside((int)map.XX * (start + i) + (int)map.X0, line.Length, fill)];
    }

    private static int Inside(int position, int extent, WarpFill fill)
    {
        if (fill == WarpFill.Reflect)
        {
            position = (position % (2 * extent) + 2 * extent) % (2 * extent);
            position = Math.Min(position, 2 * extent - 1 - position);
        }
        return Math.Clamp(position, 0, extent - 1);
    }

    /// <summary>The same warp a pixel at a time: for processors without AVX2, narrow images, and as the oracle of the vector path.</summary>
    internal static void Interpolate(ReadOnlySpan<float> source, ImageShape shape, Span<float> output, ImageSize size, AffineMap map, WarpFill fill)
    {
        var (plane, outputPlane) = (shape.Plane, checked(size.Height * size.Width));
        var (stepX, stepY) = ((float)map.XX, (float)map.YX);
        for (var y = 0; y < size.Height; y++)
        {
            var (rowX, rowY) = ((float)(map.XY * y + map.X0), (float)(map.YY * y + map.Y0));
            for (var x = 0; x < size.Width; x++)
            {
                var u = Place(x * stepX + rowX, shape.Width, fill);
                var v = Place(x * stepY + rowY, shape.Height, fill);
                var (floorU, floorV) = (MathF.Floor(u), MathF.Floor(v));
                var (a, b) = (u - floorU, v - floorV);
                var (left, top) = ((int)floorU, (int)floorV);
                var (right, bottom) = (left + 1, top + 1);
                var (weightLeft, weightRight, weightTop, weightBottom) = (1 - a, a, 1 - b, b);
                if (fill == WarpFill.Zero)
                {
                    weightLeft = Within(left, shape.Width) ? weightLeft : 0;
                    weightRight = Within(right, shape.Width) ? weightRight : 0;
                    weightTop = Within(top, shape.Height) ? weightTop : 0;
                    weightBottom = Within(bottom, shape.Height) ? weightBottom : 0;
                }
                (left, right) = (Math.Clamp(left, 0, shape.Width - 1), Math.Clamp(right, 0, shape.Width - 1));
                (top, bottom) = (Math.Clamp(top, 0, shape.Height - 1) * shape.Width, Math.Clamp(bottom, 0, shape.Height - 1) * shape.Width);
                for (var c = 0; c < shape.Channels; c++)
                {
                    var pixels = source.Slice(c * plane, plane);
                    output[c * outputPlane + y * size.Width + x] =
                        (pixels[top + left] * weightLeft + pixels[top + right] * weightRight) * weightTop
                        + (pixels[bottom + left] * weightLeft + pixels[bottom + right] * weightRight) * weightBottom;
                }
            }
        }
    }

    // Where a place is looked up: for zeros anywhere near the image (the bounds keep far places within the range of int), else inside it.
    private static float Place(float place, int extent, WarpFill fill)
    {
        if (fill == WarpFill.Reflect)
        {
            var period = 2f * extent;
            var folded = place + 0.5f;
            folded -= period * MathF.Floor(folded / period);
            place = MathF.Min(folded, period - folded) - 0.5f;
        }
        return fill == WarpFill.Zero ? MathF.Min(MathF.Max(place, -2f), extent + 1f) : MathF.Min(MathF.Max(place, 0f), extent - 1f);
    }

    private static bool Within(int position, int extent) => (uint)position < (uint)extent;

    // Eight pixels of a row at a time, the last eight overlapping those before. Left and right neighbour are loaded together: two loads a pixel and channel, where a
    // gather would need four. Indices are clamped into the plane, and weights moved along with them, so every load stays inside.
    private static unsafe void InterpolateVector(ReadOnlySpan<float> source, ImageShape shape, Span<float> output, ImageSize size, AffineMap map, WarpFill fill)
    {
        var (plane, outputPlane) = (shape.Plane, checked(size.Height * size.Width));
        var (stepX, stepY) = (Vector256.Create((float)map.XX), Vector256.Create((float)map.YX));
        var (lastPair, lastRow, width) = (Vector256.Create(shape.Width - 2), Vector256.Create(shape.Height - 1), Vector256.Create(shape.Width));
        var lanes = Vector256.Create(0f, 1, 2, 3, 4, 5, 6, 7);
        int* topAt = stackalloc int[8], bottomAt = stackalloc int[8];
        fixed (float* pixels = source, target = output)
        {
            for (var y = 0; y < size.Height; y++)
            {
                var rowX = Vector256.Create((float)(map.XY * y + map.X0));
                var rowY = Vector256.Create((float)(map.YY * y + map.Y0));
                for (var start = 0; start < size.Width; start += 8)
                {
                    start = Math.Min(start, size.Width - 8);
                    var x = lanes + Vector256.Create((float)start);
                    var u = Place(x * stepX + rowX, shape.Width, fill);
                    var v = Place(x * stepY + rowY, shape.Height, fill);
                    var (floorU, floorV) = (Vector256.Floor(u), Vector256.Floor(v));
                    var (left, top) = (Vector256.ConvertToInt32(floorU), Vector256.ConvertToInt32(floorV));
                    var (pair, bottom) = (Clamp(left, lastPair), top + Vector256<int>.One);
                    var weightBottom = v - floorV;
                    var weightTop = Vector256<float>.One - weightBottom;
                    Vector256<float> weightFirst, weightSecond;
                    if (fill == WarpFill.Zero)
                    {
                        weightTop &= Within(top, lastRow);
                        weightBottom &= Within(bottom, lastRow);
                        var weightRight = u - floorU;
                        var weightLeft = Vector256<float>.One - weightRight;
                        var inside = Vector256.Equals(left, pair).AsSingle();
                        weightFirst = (weightLeft & inside) | (weightRight & Vector256.Equals(left + Vector256<int>.One, pair).AsSingle());
                        weightSecond = (weightRight & inside) | (weightLeft & Vector256.Equals(left - Vector256<int>.One, pair).AsSingle());
                    }
                    else
                    {
                        weightSecond = u - Vector256.ConvertToSingle(pair);
                        weightFirst = Vector256<float>.One - weightSecond;
                    }
                    (Clamp(top, lastRow) * width + pair).Store(topAt);
                    (Clamp(bottom, lastRow) * width + pair).Store(bottomAt);
                    for (var c = 0; c < shape.Channels; c++)
                    {
                        var from = pixels + c * plane;
                        var value = Across(from, topAt, weightFirst, weightSecond) * weightTop + Across(from, bottomAt, weightFirst, weightSecond) * weightBottom;
                        value.Store(target + c * outputPlane + y * size.Width + start);
                    }
                }
            }
        }
    }

    // first * pixel[at] + second * pixel[at + 1] for eight places.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static unsafe Vector256<float> Across(float* pixels, int* at, Vector256<float> first, Vector256<float> second)
    {
        var outer = Vector256.Create(Pairs(pixels, at[0], at[1]), Pairs(pixels, at[4], at[5]));
        var inner = Vector256.Create(Pairs(pixels, at[2], at[3]), Pairs(pixels, at[6], at[7]));
        return Avx.Shuffle(outer, inner, 0b10_00_10_00) * first + Avx.Shuffle(outer, inner, 0b11_01_11_01) * second;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static unsafe Vector128<float> Pairs(float* pixels, int low, int high) =>
        Vector128.Create(*(double*)(pixels + low), *(double*)(pixels + high)).AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Place(Vector256<float> place, int extent, WarpFill fill)
    {
        if (fill == WarpFill.Reflect)
        {
            var period = Vector256.Create(2f * extent);
            var folded = place + Vector256.Create(0.5f);
            folded -= period * Vector256.Floor(folded / period);
            place = Vector256.MinNative(folded, period - folded) - Vector256.Create(0.5f);
        }
        return fill == WarpFill.Zero
            ? Vector256.MinNative(Vector256.MaxNative(place, Vector256.Create(-2f)), Vector256.Create(extent + 1f))
            : Vector256.MinNative(Vector256.MaxNative(place, Vector256<float>.Zero), Vector256.Create(extent - 1f));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Within(Vector256<int> position, Vector256<int> last) =>
        Vector256.LessThanOrEqual(position.AsUInt32(), last.AsUInt32()).AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> Clamp(Vector256<int> position, Vector256<int> last) =>
        Vector256.Min(Vector256.Max(position, Vector256<int>.Zero), last);
}
