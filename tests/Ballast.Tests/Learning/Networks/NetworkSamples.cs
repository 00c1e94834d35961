using Ballast.Core;
using Ballast.Data.Images;
using Ballast.Learning.Networks;
using TorchSharp;

namespace Ballast.Tests.Learning.Networks;

/// <summary>One small network of each kind, with inputs that fit it; a new kind joins by one line.</summary>
internal static class NetworkSamples
{
    private static readonly ImageShape Colour = new(3, 32, 32), Grey = new(1, 28, 28);
    private static readonly TabularShape Table = new(3, [4, 7]);

    private static readonly Dictionary<string, NetworkConfiguration> Configurations = new()
    {
        ["mlp"] = new MlpConfiguration(20, [16, 8], 3),
        ["linear"] = new MlpConfiguration(20, [], 3),
        ["mlp with batch norm and dropout"] = new MlpConfiguration(20, [16, 8], 3) { BatchNorm = true, Dropout = 0.2 },
        ["tabular mlp"] = new TabularMlpConfiguration(Table, [16, 8], 3) { Dropout = 0.1 },
        ["tabular mlp of categories alone"] = new TabularMlpConfiguration(new(0, [5]), [16], 3),
        ["tabular resnet"] = new TabularResNetConfiguration(Table, 3) { Width = 16, ResidualDropout = 0.1 },
        ["tabular resnet of numbers alone"] = new TabularResNetConfiguration(new(5, []), 1) { Width = 16, Blocks = 1 },
        ["lenet"] = new LeNetConfiguration(Grey, 10),
        ["small cnn"] = new SmallCnnConfiguration(Grey, [8, 16], 32, 10) { Dropout = 0.2 },
        ["small cnn with batch norm"] = new SmallCnnConfiguration(new(2, 9, 13), [4, 8], 16, 5) { BatchNorm = true },
        ["cnn-7"] = new Cnn7Configuration(new(2, 9, 7), 5, 4, 12),
        ["resnet-18"] = ResNetConfiguration.ResNet18(Colour, 10),
        ["resnet-32"] = ResNetConfiguration.ResNet32(Colour, 10),
        ["resnet of projections"] = new ResNetConfiguration(new(1, 15, 14), 4, [1, 2], [8, 12], ResidualShortcut.Projection),
        ["resnet of paddings"] = new ResNetConfiguration(new(1, 15, 14), 4, [1, 2], [8, 12], ResidualShortcut.Pad),
        ["efficientnet tiny"] = EfficientNetConfiguration.Named("tiny", 10, channels: 1),
        ["efficientnet b0"] = EfficientNetConfiguration.Named("b0", 10, pixels: 64),
    };

    public static TheoryData<string> All { get; } = [.. Configurations.Keys];

    /// <summary>Those that a fraction of a second suffices for.</summary>
    public static TheoryData<string> Small { get; } = [.. Configurations.Keys.Where(name => name is not ("resnet-18" or "efficientnet b0"))];

    public static Network Make(string name, long seed = 1) => Configurations[name].Create(seed);

    /// <summary>Standard normal values; codes in the columns of categories.</summary>
    public static torch.Tensor Input(Network network, int batch, long seed = 1)
    {
        var random = RandomStream.For(seed, "network input");
        var width = network.InputShape.Aggregate(1L, (product, extent) => product * extent);
        var shape = network.Configuration switch
        {
            TabularMlpConfiguration mlp => mlp.Input,
            TabularResNetConfiguration resnet => resnet.Input,
            _ => new TabularShape((int)width, []),
        };
        var values = new float[batch * width];
        for (var i = 0; i < values.Length; i++)
            values[i] = (i % width) is var column && column < shape.Numerics ? (float)random.NextGaussian() : random.Next(shape.Categories[(int)column - shape.Numerics]);
        return torch.tensor(values).reshape([batch, .. network.InputShape]);
    }

    /// <summary>Gives running statistics and biases values that matter, as training would.</summary>
    public static void Stir(Network network, long seed = 3)
    {
        using var _ = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        var weights = new Initialization(seed, "stirred");
        foreach (var (name, tensor) in network.NamedTensors())
            if (name.EndsWith("running_var", StringComparison.Ordinal))
                tensor.copy_(weights.Uniform(tensor.shape, 0.5) + 1);
            else if (tensor.is_floating_point() && tensor.dim() == 1)
                tensor.add_(weights.Uniform(tensor.shape, 0.3));
    }

    public static float[] Values(torch.Tensor tensor) => tensor.detach().to(torch.float32).contiguous().data<float>().ToArray();
}
