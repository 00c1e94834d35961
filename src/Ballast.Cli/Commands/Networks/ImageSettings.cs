using System.CommandLine;
using Ballast.Cli.Reports;
using Ballast.Cli.Shell;
using Ballast.Core;
using Ballast.Data.Images;
using Ballast.Data.Splitting;

namespace Ballast.Cli.Commands.Networks;

/// <summary>The options of <c>train</c> that say how images are read, split and augmented.</summary>
internal sealed class ImageSettings
{
    private readonly Option<string?> labels = new("--labels") { Description = "The file of labels of an IDX file.", HelpName = "FILE" };
    private readonly Option<int?> size = new("--size") { Description = "Bring all images to this height and width.", HelpName = "PIXELS" };
    private readonly Option<string> color = new("--color") { Description = "auto, grey or color.", HelpName = "NAME", DefaultValueFactory = _ => "auto" };
    private readonly Option<bool> breakHis = new("--breakhis") { Description = "Read class and patient from file names as BreakHis has them; a patient's images stay in one part." };
    private readonly Option<bool> strict = new("--strict") { Description = "Stop at an unreadable image instead of leaving it out and naming it." };
    private readonly Option<string> augment = new("--augment") { Description = $"Augmentation of training images: {string.Join(", ", ImageJob.Augmentations)}.", HelpName = "NAME", DefaultValueFactory = _ => "none" };
    private readonly Option<string> mix = new("--mix") { Description = "Mix training images: none, mixup or cutmix.", HelpName = "NAME", DefaultValueFactory = _ => "none" };
    private readonly Option<string?> from = new("--from") { Description = "Go on from a network: .safetensors, or any .onnx classifier.", HelpName = "FILE" };
    private readonly Option<double> validation = new("--validation") { Description = "Share of the rows to choose by.", HelpName = "SHARE", DefaultValueFactory = _ => 0.15 };
    private readonly Option<double> test = new("--test") { Description = "Share of the rows to judge by.", HelpName = "SHARE", DefaultValueFactory = _ => 0.15 };

    public ImageSettings()
    {
        color.AcceptOnlyFromAmong("auto", "grey", "color");
        augment.AcceptOnlyFromAmong(ImageJob.Augmentations);
        mix.AcceptOnlyFromAmong("none", "mixup", "cutmix");
    }

    /// <summary>All options, in the order of the help.</summary>
    public IReadOnlyList<Option> All => [labels, size, color, breakHis, strict, augment, mix, from, validation, test];

    /// <summary>The first of the options for images alone that the user gave; null where none was.</summary>
    public Option? GivenForImages(CommandSession session) => All.Except([validation, test]).FirstOrDefault(session.Given);

    /// <summary>The first given option that says how images, or rows of a comparison, are split.</summary>
    public Option? GivenForSplits(CommandSession session) => new Option[] { validation, test }.FirstOrDefault(session.Given);

    /// <summary>Shares of training, validation and test.</summary>
    /// <exception cref="ArgumentException">A share is negative, or nothing is left to train on.</exception>
    public SplitFractions Fractions(CommandSession session)
    {
        var (chosen, judged) = (Guard.NotNegative(session.Get(validation), "--validation"), Guard.NotNegative(session.Get(test), "--test"));
        return 1 - chosen - judged is > 0 and var trained
            ? new(trained, chosen, judged)
            : throw new ArgumentException($"--validation and --test take {Figures.Percent(chosen + judged)} of the rows: nothing is left to train on.");
    }

    /// <summary>What is asked.</summary>
    public ImageJob Read(CommandSession session, string path, string network, string output) => new(
        path, session.Get(labels), network, session.Get(from),
        new ImageFolderOptions
        {
            Size = session.Get(size) is { } side ? ImageSize.Square(Guard.Positive(side, "--size")) : null,
            Color = session.Get(color) switch { "grey" => ImageColor.Grey, "color" => ImageColor.Color, _ => ImageColor.Auto },
            Parser = session.Get(breakHis) ? new BreakHisParser() : new ClassFolderParser(),
            Unreadable = session.Get(strict) ? UnreadableImages.Refuse : UnreadableImages.Skip,
        },
        session.Get(augment)!, session.Get(mix)!, Fractions(session), output);
}
