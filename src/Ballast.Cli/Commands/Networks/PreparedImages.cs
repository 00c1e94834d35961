using Ballast.Cli.Shell;
using Ballast.Core;
using Ballast.Data.Images;
using Ballast.Data.Reading;
using Ballast.Data.Splitting;
using Ballast.Exchange.Networks;
using Ballast.Learning.Networks;
using Ballast.Learning.Training.Feeding;

namespace Ballast.Cli.Commands.Networks;

/// <summary>Images read, split, and brought to what a network sees.</summary>
internal sealed class PreparedImages
{
    private PreparedImages(DataSplit split, InputNormalization? normalization)
    {
        (Split, Normalization, Shape) = (split, normalization, ImageShape.Of(split.Train));
        (Train, Test) = (Seen(split.Train), Seen(split.Test));
        Validation = split.Validation.Count == 0 ? null : Seen(split.Validation);
    }

    /// <summary>The three parts as they were read, in [0,1].</summary>
    public DataSplit Split { get; }

    /// <summary>What pixels go through before the network sees them; null for nothing.</summary>
    public InputNormalization? Normalization { get; }

    /// <summary>Shape of an image.</summary>
    public ImageShape Shape { get; }

    /// <summary>The training part as the network sees it.</summary>
    public Dataset Train { get; }

    /// <summary>The validation part as the network sees it; null where it is empty.</summary>
    public Dataset? Validation { get; }

    /// <summary>The test part as the network sees it; may be empty.</summary>
    public Dataset Test { get; }

    /// <summary>Reads and splits.</summary>
    /// <param name="session">Told of what was left out or changed.</param>
    /// <param name="job">What is asked.</param>
    /// <param name="from">A network to go on from, which sees pixels as it did before; null learns the normalisation from the training part.</param>
    /// <exception cref="DataFormatException">The images cannot be used.</exception>
    public static PreparedImages Read(CommandSession session, ImageJob job, SavedNetwork? from = null)
    {
        var images = ImageInput.Read(session, job.Path, job.Labels, job.Reading).Data;
        if (File.Exists(job.Path))
            session.Record.Data(DataFingerprint.Of(job.Path));
        if (images.ClassCount < 2)
            throw new DataFormatException(job.Path, images.ClassCount == 1 ? $"one class, '{images.ClassNames[0]}'" : "no class", "at least two classes");
        var split = DataSplit.Of(images, job.Fractions, session.Seed);
        foreach (var sentence in split.Notes)
            session.Warn(sentence);
        return new PreparedImages(split, from is null ? ChannelNormalization.Learn(split.Train) : from.Normalization);
    }

    /// <summary>What is drawn anew for every batch: augmentation of the pixels, then the normalisation; null where nothing is.</summary>
    public IBatchTransform? Transform(ImageJob job)
    {
        var (pipeline, mixing) = (job.Pipeline, job.Mixing);
        if (pipeline is null && mixing is null)
            return null;
        var drawn = new ImageTransform(pipeline, mixing);
        return Normalization is null ? drawn : new NormalizedTransform(Split.Train, drawn, Normalization);
    }

    private Dataset Seen(Dataset data) => Normalization is null || data.Count == 0 ? data : ChannelNormalization.Apply(data, Normalization);
}
