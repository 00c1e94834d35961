using System.Runtime.Intrinsics.X86;
using Ballast.Core;
using Ballast.Data.Images;
using Ballast.Data.Images.Augmentation;
using FsCheck.Xunit;

namespace Ballast.Tests.Data.Images.Augmentation;

public sealed class AffineWarpTests
{
    [Fact]
    public void A_quarter_turn_is_counter_clockwise()
    {
        // a b c        c f i
        // d e f   ->   b e h     (as numpy.rot90)
        // g h i        a d g
        float[] image = [1, 2, 3, 4, 5, 6, 7, 8, 9];

        Assert.Equal([3, 6, 9, 2, 5, 8, 1, 4, 7], Warp(image, 3, AffineMap.Rotation(90, ImageSize.Square(3))));
        Assert.Equal([9, 8, 7, 6, 5, 4, 3, 2, 1], Warp(image, 3, AffineMap.Rotation(180, ImageSize.Square(3))));
        Assert.Equal([7, 4, 1, 8, 5, 2, 9, 6, 3], Warp(image, 3, AffineMap.Rotation(-90, ImageSize.Square(3))));
        Assert.Equal(image, Warp(image, 3, AffineMap.Rotation(720, ImageSize.Square(3))));
    }

    [Fact]
    public void A_28_pixel_image_turns_about_13_point_5()
    {
        var map = AffineMap.Rotation(33, ImageSize.Square(28));

        Assert.Equal((13.5, 13.5), (map.Source(13.5, 13.5) is var (x, y) ? (Math.Round(x, 12), Math.Round(y, 12)) : default));
        // What is seen one to the right of the centre stood there before the turn: 33 degrees clockwise, that is below.
        var (u, v) = map.Source(14.5, 13.5);
        Assert.Equal(Math.Cos(33 * Math.PI / 180), u - 13.5, 1e-12);
        Assert.Equal(Math.Sin(33 * Math.PI / 180), v - 13.5, 1e-12);
    }

    [Fact]
    public void A_turn_by_45_degrees_is_what_one_works_out_by_hand()
    {
        // Pixel (1,0), above the centre (1,1), comes from (1 + s, 1 - s), s = sin 45 = 0.70711: column 1.70711, row 0.29289.
        float[] image = [10, 20, 30, 40, 50, 60, 70, 80, 90];
        var s = Math.Sqrt(0.5);

        var turned = Warp(image, 3, AffineMap.Rotation(45, ImageSize.Square(3)));

        double Mix(double a, double b, double t) => a + (b - a) * t;
        Assert.Equal(Mix(Mix(20, 30, s), Mix(50, 60, s), 1 - s), turned[1], 1e-4);
        Assert.Equal(50, turned[4], 1e-4);
        // Corner (0,0) comes from (1, 1 - 2s) = (1, -0.41421): 0.58579 of pixel b, the rest is zero.
        Assert.Equal((2 - 2 * s) * 20, turned[0], 1e-4);
    }

    [Fact]
    public void Half_a_pixel_of_shift_mixes_neighbours_and_the_fill()
    {
        float[] line = [2, 4, 8, 16, 2, 4, 8, 16, 2, 4, 8, 16, 2, 4, 8, 16];
        var map = AffineMap.Translation(0.5, 0);

        Assert.Equal([1, 3, 6, 12], Warp(line, 4, map)[..4]);
        Assert.Equal([2, 3, 6, 12], Warp(line, 4, map, WarpFill.Edge)[..4]);
        Assert.Equal([4, 2, 2, 4], Warp(line, 4, AffineMap.Translation(2, 0), WarpFill.Reflect)[..4]);
        Assert.Equal([16, 8, 4, 2], Warp(line, 4, AffineMap.Translation(4, 0), WarpFill.Reflect)[..4]);
        Assert.Equal([3, 2, 3, 6], Warp(line, 4, AffineMap.Translation(1.5, 0), WarpFill.Reflect)[..4]);
    }

    [Fact]
    public void Zoom_and_shear_move_pixels_as_said()
    {
        var size = ImageSize.Square(5);
        Assert.Equal((3.0, 1.0), AffineMap.Zoom(2, size).Source(4, 0));
        // Sheared by 45 degrees, a row one lower moves one to the right: what is seen at (3,3) stood at (2,3).
        var (x, y) = AffineMap.Shear(45, 0, size).Source(3, 3);
        Assert.Equal((2.0, 3.0), (Math.Round(x, 12), Math.Round(y, 12)));
        Assert.Equal((1.5, 0.5), AffineMap.Crop(1, 0, 4, 4, ImageSize.Square(2)).Source(0, 0));
    }

    [Fact]
    public void Warps_in_a_row_are_one_warp()
    {
        var size = ImageSize.Square(9);
        var (first, second) = (AffineMap.Rotation(20, size), AffineMap.Translation(1, 2));

        var (x, y) = first.Then(second).Source(3, 4);

        var expected = second.Source(3, 4) is var (u, v) ? first.Source(u, v) : default;
        Assert.Equal(expected.X, x, 1e-12);
        Assert.Equal(expected.Y, y, 1e-12);
    }

    [Property(MaxTest = 150)]
    public void Vectors_give_what_single_pixels_give(int seed)
    {
        Assert.SkipUnless(Avx2.IsSupported, "This processor has no AVX2.");
        var random = RandomStream.For(seed, "warp");
        var shape = new ImageShape(1 + random.Next(3), 1 + random.Next(30), 1 + random.Next(30));
        var size = new ImageSize(1 + random.Next(30), 8 + random.Next(30));
        var source = Enumerable.Range(0, shape.Length).Select(_ => (float)random.NextDouble()).ToArray();
        double Draw(double scale) => scale * (2 * random.NextDouble() - 1);
        var map = new AffineMap(Draw(2), Draw(2), Draw(40), Draw(2), Draw(2), Draw(40));
        foreach (var fill in Enum.GetValues<WarpFill>())
        {
            var (vectors, single) = (new float[shape.WithSize(size).Length], new float[shape.WithSize(size).Length]);

            AffineWarp.Apply(source, shape, vectors, size, map, fill);
            AffineWarp.Interpolate(source, shape, single, size, map, fill);

            Assert.Equal(single, vectors);
        }
    }

    [Property(MaxTest = 150)]
    public void Copied_moves_give_what_interpolation_gives(int seed)
    {
        var random = RandomStream.For(seed, "moves");
        var shape = new ImageShape(1 + random.Next(2), 1 + random.Next(12), 1 + random.Next(12));
        var size = new ImageSize(1 + random.Next(15), 1 + random.Next(15));
        var source = Enumerable.Range(0, shape.Length).Select(_ => (float)random.NextDouble()).ToArray();
        var map = new AffineMap(random.Next(2) * 2 - 1, 0, random.Next(41) - 20, 0, random.Next(2) * 2 - 1, random.Next(41) - 20);
        foreach (var fill in Enum.GetValues<WarpFill>())
        {
            var (moved, single) = (new float[shape.WithSize(size).Length], new float[shape.WithSize(size).Length]);

            AffineWarp.Apply(source, shape, moved, size, map, fill);
            AffineWarp.Interpolate(source, shape, single, size, map, fill);

            Assert.Equal(single, moved);
        }
    }

    [Fact]
    public void Places_far_outside_stay_in_the_fill()
    {
        float[] image = [1, 2, 3, 4];
        var far = new AffineMap(1e12, 0, 1e30, 0, 1, 0);

        Assert.All(Warp(image, 2, far), value => Assert.Equal(0, value));
        Assert.All(Warp(image, 2, AffineMap.Translation(-1_000_000, 3), WarpFill.Reflect), value => Assert.InRange(value, 1, 4));
    }

    [Fact]
    public void Bad_calls_are_refused()
    {
        var shape = new ImageShape(1, 2, 2);
        var block = new float[8];

        Assert.Throws<ArgumentException>(() => AffineWarp.Apply(new float[3], shape, new float[4], shape.Size, AffineMap.Identity));
        Assert.Throws<ArgumentException>(() => AffineWarp.Apply(new float[4], shape, new float[5], shape.Size, AffineMap.Identity));
        Assert.Throws<ArgumentException>(() => AffineWarp.Apply(block.AsSpan(0, 4), shape, block.AsSpan(2, 4), shape.Size, AffineMap.Identity));
        Assert.Throws<ArgumentException>(() => AffineWarp.Apply(new float[4], shape, new float[4], shape.Size, new(double.NaN, 0, 0, 0, 1, 0)));
        Assert.Throws<ArgumentOutOfRangeException>(() => AffineMap.Zoom(0, shape.Size));
        Assert.Throws<ArgumentOutOfRangeException>(() => AffineMap.Shear(45, 45, shape.Size));
    }

    private static float[] Warp(float[] image, int side, AffineMap map, WarpFill fill = WarpFill.Zero)
    {
        var output = new float[image.Length];
        AffineWarp.Apply(image, new(1, side, side), output, ImageSize.Square(side), map, fill);
        return output;
    }
}
