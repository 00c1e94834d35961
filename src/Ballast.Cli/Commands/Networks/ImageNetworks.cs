using Ballast.Core;
using Ballast.Learning.Networks;
using ImageShape = Ballast.Data.Images.ImageShape;

namespace Ballast.Cli.Commands.Networks;

/// <summary>The networks for images that a user picks by name.</summary>
internal static class ImageNetworks
{
    /// <summary>Their names.</summary>
    public static IReadOnlyList<string> Names { get; } = ["lenet", "small-cnn", "resnet-18", "resnet-32", .. EfficientNetConfiguration.Names.Select(name => $"efficientnet-{name}")];

    /// <summary>The network of a name for images of a shape; auto is the small convolutional one.</summary>
    /// <exception cref="ArgumentException">There is no such network, or the images are too small for it.</exception>
    public static NetworkConfiguration Named(string name, ImageShape shape, int classes)
    {
        var image = new Learning.Networks.ImageShape(shape.Channels, shape.Height, shape.Width);
        return name switch
        {
            "auto" or "small-cnn" => new SmallCnnConfiguration(image, [16, 32], 128, classes),
            "lenet" => new LeNetConfiguration(image, classes),
            "resnet-18" => ResNetConfiguration.ResNet18(image, classes),
            "resnet-32" => ResNetConfiguration.ResNet32(image, classes),
            _ when name.StartsWith("efficientnet-", StringComparison.Ordinal) =>
                EfficientNetConfiguration.Named(name["efficientnet-".Length..], classes, shape.Channels) with { Image = image },
            _ => throw new ArgumentException($"There is no network '{name}' for images{(Spelling.Nearest(name, Names) is { } near ? $"; did you mean '{near}'?" : ".")} There are {string.Join(", ", Names)}."),
        };
    }
}
