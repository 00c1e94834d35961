using Ballast.Learning.Networks;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Ballast.Tests.Learning.Training;

/// <summary>Two convolutions with pooling, for 28 x 28 images.</summary>
internal sealed class SmallCnn : Network
{
    private readonly Conv2d first, second;

    public SmallCnn(int outputs, int seed = 0) : base("small-cnn", [1, 28, 28], 16 * 7 * 7)
    {
        (first, second) = (Conv2d(1, 8, 3, padding: 1), Conv2d(8, 16, 3, padding: 1));
        RegisterComponents();
        ReplaceHead(Linear(16 * 7 * 7, outputs));
        Perceptron.Initialise(this, seed);
    }

    public override Tensor Features(Tensor input)
    {
        var half = functional.max_pool2d(functional.relu(first.call(input)), 2);      // [B, 8, 14, 14]
        var quarter = functional.max_pool2d(functional.relu(second.call(half)), 2);   // [B, 16, 7, 7]
        return quarter.flatten(1);
    }
}
