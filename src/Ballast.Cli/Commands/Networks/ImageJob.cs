using Ballast.Data.Images;
using Ballast.Data.Images.Augmentation;
using Ballast.Data.Splitting;

namespace Ballast.Cli.Commands.Networks;

/// <summary>What <c>train</c> is asked to do with images.</summary>
/// <param name="Path">A folder by class, or an IDX file.</param>
/// <param name="Labels">The file of labels of an IDX file.</param>
/// <param name="Network">Name of the network; auto picks one.</param>
/// <param name="From">A network to go on from: safetensors or ONNX; null starts anew.</param>
/// <param name="Reading">How images are read.</param>
/// <param name="Augment">Name of the augmentation.</param>
/// <param name="Mix">Mixup, cutmix or none.</param>
/// <param name="Fractions">Shares of training, validation and test.</param>
/// <param name="Output">The file to write.</param>
internal sealed record ImageJob(string Path, string? Labels, string Network, string? From, ImageFolderOptions Reading, string Augment, string Mix, SplitFractions Fractions, string Output)
{
    /// <summary>Names of the augmentations.</summary>
    public static readonly string[] Augmentations = ["none", "flip", "crop-flip", "regular", "intensive", "randaugment"];

    /// <summary>The augmentation of its name; null for none.</summary>
    public AugmentationPipeline? Pipeline => Augment switch
    {
        "flip" => new AugmentationPipeline(new HorizontalFlip()),
        "crop-flip" => AugmentationPipeline.CropAndFlip,
        "regular" => AugmentationPipeline.Regular,
        "intensive" => AugmentationPipeline.Intensive,
        "randaugment" => new AugmentationPipeline(new RandomCrop(4), new HorizontalFlip(), new RandAugment()),
        _ => null,
    };

    /// <summary>The mixing of its name; null for none.</summary>
    public IBatchMixing? Mixing => Mix switch { "mixup" => new Mixup(0.2), "cutmix" => new CutMix(), _ => null };
}
