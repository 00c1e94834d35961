using System.Buffers.Binary;
using Ballast.Core;
using Ballast.Tests.Data.Images;
using Ballast.Tests.Shared;

namespace Ballast.Tests.Cli.Commands.Networks;

/// <summary>Tiny images of classes that differ in the quarter that is bright.</summary>
internal static class ImageSamples
{
    public const int Side = 8;

    public static readonly string[] Names = ["cat", "dog", "owl", "yak"];

    /// <summary>A folder of grey PNGs by class, so many of each.</summary>
    public static string Folder(TemporaryFolder folder, string name, params int[] counts)
    {
        for (var k = 0; k < counts.Length; k++)
            for (var i = 0; i < counts[k]; i++)
            {
                var pixels = Pixels(k, i);
                ImageFiles.Grey(folder, Path.Combine(name, Names[k], $"{i:D3}.png"), Side, Side, (x, y) => pixels[y * Side + x]);
            }
        return folder.File(name);
    }

    /// <summary>The same as IDX files of images and labels.</summary>
    public static (string Images, string Labels) Idx(TemporaryFolder folder, params int[] counts)
    {
        var all = counts.SelectMany((count, k) => Enumerable.Range(0, count).Select(i => (Class: k, Pixels: Pixels(k, i)))).ToArray();
        var (images, labels) = (folder.File("images-idx3-ubyte"), folder.File("labels-idx1-ubyte"));
        File.WriteAllBytes(images, [0, 0, 8, 3, .. Big(all.Length), .. Big(Side), .. Big(Side), .. all.SelectMany(image => image.Pixels)]);
        File.WriteAllBytes(labels, [0, 0, 8, 1, .. Big(all.Length), .. all.Select(image => (byte)image.Class)]);
        return (images, labels);
    }

    private static byte[] Pixels(int @class, int number)
    {
        var random = RandomStream.For(@class, "image", number);
        var pixels = new byte[Side * Side];
        for (var y = 0; y < Side; y++)
            for (var x = 0; x < Side; x++)
                pixels[y * Side + x] = (byte)((y / 4 * 2 + x / 4 == @class ? 170 : 20) + random.Next(60));
        return pixels;
    }

    private static byte[] Big(int value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, value);
        return bytes;
    }
}
