using Ballast.Data.Images;
using Ballast.Exchange.Networks;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Ballast.Learning.Networks;

/// <summary>LeNet-5 in today's form: ReLU and max pooling for the sigmoids and averages of LeCun et al. 1998, every channel of the first layer seen by the second. First weights by <see cref="WeightRule.Torch"/>.</summary>
/// <remarks>conv 5x5 to 6 (padded by 2), pool, conv 5x5 to 16, pool, 120, 84 features, K. On 28 x 28 grey images and 10 classes 61,706 parameters.</remarks>
public sealed class LeNet : Network
{
    private readonly Sequential layers;

    /// <summary>A network for images of one shape.</summary>
    /// <param name="image">Shape of a sample.</param>
    /// <param name="outputs">Outputs K.</param>
    /// <param name="seed">Decides the first weights.</param>
    public LeNet(ImageShape image, int outputs, long seed) : this(new LeNetConfiguration(image, outputs), seed)
    {
    }

    /// <summary>A network as <paramref name="configuration"/> says.</summary>
    /// <exception cref="ArgumentException">The image is smaller than 12 x 12 pixels.</exception>
    public LeNet(LeNetConfiguration configuration, long seed) : this(configuration, new Initialization(seed))
    {
    }

    /// <summary>A network as <paramref name="configuration"/> says, its weights from <paramref name="weights"/>.</summary>
    /// <exception cref="ArgumentException">A width or count is out of range.</exception>
    public LeNet(LeNetConfiguration configuration, Initialization weights) : base("lenet", Axes(configuration.Checked().Image), 84)
    {
        ArgumentNullException.ThrowIfNull(weights);
        var image = configuration.Image;
        // Each side: halved by the first pooling, less 4 by the second convolution, halved again.
        var pixels = (long)((image.Height / 2) - 4) / 2 * (((image.Width / 2) - 4) / 2);
        layers = Sequential(
            weights.Conv2d(new(image.Channels, 6, 5) { HasBias = true }), ReLU(), MaxPool2d(2),
            weights.Conv2d(new(6, 16, 5) { Padding = 0, HasBias = true }), ReLU(), MaxPool2d(2),
            Flatten(), weights.Linear(16 * pixels, 120), ReLU(), weights.Linear(120, 84), ReLU());
        register_module(nameof(layers), layers);
        ReplaceHead(weights.Linear(84, configuration.Outputs));
        Configuration = configuration;
    }

    /// <inheritdoc/>
    public override NetworkConfiguration Configuration { get; }

    /// <inheritdoc/>
    public override Tensor Features(Tensor input)
    {
        RequireImages(input);
        return layers.call(input);                               // [B, 84]
    }

    /// <inheritdoc/>
    protected override GraphValue DescribeFeatures(NetworkGraphBuilder graph, GraphValue input)
    {
        ArgumentNullException.ThrowIfNull(graph);
        return graph.Add(nameof(layers), layers, input);
    }
}
