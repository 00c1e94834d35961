using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Ballast.Data.Images.Augmentation;

/// <summary>Turns the hue of every pixel while its HSV value and saturation stay.</summary>
/// <remarks>With V the greatest and D = V - least channel, channel n of hue h (in sixths of the circle) is V - D max(0, min(1, k, 4 - k)), k = (n + h) mod 6, n = 5, 3, 1 for red, green, blue.</remarks>
internal static class HueTurn
{
    private const int Lanes = 8;

    public static void Apply(Span<float> image, ImageShape shape, float share)
    {
        if (shape.Channels != 3 || share == 0)
            return;
        var plane = shape.Plane;
        Span<float> red = image[..plane], green = image.Slice(plane, plane), blue = image[(2 * plane)..];
        var i = 0;
        for (; i <= plane - Lanes; i += Lanes)
            Turn(red.Slice(i, Lanes), green.Slice(i, Lanes), blue.Slice(i, Lanes), 6 * share);
        if (i == plane)
            return;
        Span<float> rest = stackalloc float[3 * Lanes];
        rest.Clear();
        Span<float> r = rest[..Lanes], g = rest.Slice(Lanes, Lanes), b = rest[(2 * Lanes)..];
        red[i..].CopyTo(r);
        green[i..].CopyTo(g);
        blue[i..].CopyTo(b);
        Turn(r, g, b, 6 * share);
        r[..(plane - i)].CopyTo(red[i..]);
        g[..(plane - i)].CopyTo(green[i..]);
        b[..(plane - i)].CopyTo(blue[i..]);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Turn(Span<float> red, Span<float> green, Span<float> blue, float sixths)
    {
        var (r, g, b) = (Clip(Vector256.Create<float>(red)), Clip(Vector256.Create<float>(green)), Clip(Vector256.Create<float>(blue)));
        var value = Vector256.Max(r, Vector256.Max(g, b));
        var spread = value - Vector256.Min(r, Vector256.Min(g, b));
        var safe = Vector256.ConditionalSelect(Vector256.Equals(spread, Vector256<float>.Zero), Vector256<float>.One, spread);
        var hue = Vector256.ConditionalSelect(
            Vector256.Equals(value, r), (g - b) / safe,
            Vector256.ConditionalSelect(Vector256.Equals(value, g), (b - r) / safe + Vector256.Create(2f), (r - g) / safe + Vector256.Create(4f)))
            + Vector256.Create(sixths);
        Channel(value, spread, hue, 5).CopyTo(red);
        Channel(value, spread, hue, 3).CopyTo(green);
        Channel(value, spread, hue, 1).CopyTo(blue);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Channel(Vector256<float> value, Vector256<float> spread, Vector256<float> hue, float n)
    {
        var k = hue + Vector256.Create(n);
        k -= Vector256.Create(6f) * Vector256.Floor(k / Vector256.Create(6f));
        return value - spread * Clip(Vector256.Min(k, Vector256.Create(4f) - k));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Clip(Vector256<float> x) => Vector256.Min(Vector256.Max(x, Vector256<float>.Zero), Vector256<float>.One);
}
