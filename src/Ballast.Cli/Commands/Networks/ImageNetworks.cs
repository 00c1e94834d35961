using Ballast.Core;
using Ballast.Data.Images;
using Ballast.Learning.Networks;

namespace Ballast.Cli.Commands.Networks;

/// <summary>The networks for images that a user picks by name.</summary>
internal static class ImageNetworks
{
    /// <summary>Stands for the small convolutional network.</summary>
    public const string Auto = "auto";

    private const string EfficientNetPrefix = "efficientnet-";

    /// <summary>Their names.</summary>
    public static IReadOnlyList<string> Names { get; } = ["lenet", "small-cnn", "cnn-7", "resnet-18", "resnet-32", .. EfficientNetConfiguration.Names.Select(name => $"{EfficientNetPrefix}{name}")];

    /// <summary>Refuses a name that none of them has.</summary>
    /// <exception cref="ArgumentException">There is no such network; the message suggests the nearest.</exception>
    public static void Check(string name)
    {
        if (name != Auto && !Names.Contains(name))
            throw new ArgumentException($"There is no network '{name}' for images{(Spelling.Nearest(name, Names) is { } near ? $"; did you mean '{near}'?" : ".")} There are {string.Join(", ", Names)}.");
    }

    /// <summary>The network of a name for images of a shape.</summary>
    /// <exception cref="ArgumentException">There is no such network, or the images are too small for it.</exception>
    public static NetworkConfiguration Named(string name, ImageShape image, int classes)
    {
        Check(name);
        return name switch
        {
            Auto or "small-cnn" => new SmallCnnConfiguration(image, [16, 32], 128, classes),
            "lenet" => new LeNetConfiguration(image, classes),
            "cnn-7" => new Cnn7Configuration(image, classes, 16),
            "resnet-18" => ResNetConfiguration.ResNet18(image, classes),
            "resnet-32" => ResNetConfiguration.ResNet32(image, classes),
            _ => EfficientNetConfiguration.Named(name[EfficientNetPrefix.Length..], classes, image.Channels) with { Image = image },
        };
    }
}
