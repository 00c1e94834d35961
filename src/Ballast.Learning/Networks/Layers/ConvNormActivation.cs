using TorchSharp.Modules;
using static TorchSharp.torch.nn;

namespace Ballast.Learning.Networks.Layers;

/// <summary>Convolution, batch normalisation and, unless it is linear, SiLU: the triple that EfficientNet is made of.</summary>
internal static class ConvNormActivation
{
    public static Sequential Silu(ConvolutionShape shape, EfficientNetConfiguration configuration, Initialization weights) =>
        Linear(shape, configuration, weights).append(SiLU());

    public static Sequential Linear(ConvolutionShape shape, EfficientNetConfiguration configuration, Initialization weights) => Sequential(
        weights.Conv2d(shape, WeightRule.KaimingFanOut),
        BatchNorm2d(shape.Outputs, configuration.BatchNormEpsilon, configuration.BatchNormMomentum));
}
