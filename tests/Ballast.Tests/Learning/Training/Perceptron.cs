using Ballast.Core;
using Ballast.Learning.Networks;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Ballast.Tests.Learning.Training;

/// <summary>One hidden layer, with BatchNorm where asked; weights uniform in 1/sqrt(fan in), from a seed.</summary>
internal sealed class Perceptron : Network
{
    private readonly Linear hidden;
    private readonly BatchNorm1d? norm;

    public Perceptron(int width, int outputs, int seed = 0, int units = 16, bool normalised = false) : base("perceptron", [width], units)
    {
        hidden = Linear(width, units);
        norm = normalised ? BatchNorm1d(units) : null;
        RegisterComponents();
        ReplaceHead(Linear(units, outputs));
        Initialise(this, seed);
    }

    public override Tensor Features(Tensor input)
    {
        var sums = hidden.call(input);
        return functional.relu(norm is null ? sums : norm.call(sums));
    }

    internal static void Initialise(Network network, int seed)
    {
        using var gradients = no_grad();
        using var scope = NewDisposeScope();
        var random = RandomStream.For(seed, "test weights");
        foreach (var (name, parameter) in network.named_parameters().Where(p => !p.name.StartsWith("norm", StringComparison.Ordinal)))
        {
            var bound = 1 / Math.Sqrt(parameter.shape.Length > 1 ? parameter.numel() / parameter.shape[0] : 16);
            parameter.copy_(tensor([.. Enumerable.Range(0, (int)parameter.numel()).Select(_ => (float)(bound * (2 * random.NextDouble() - 1)))]).reshape(parameter.shape));
        }
    }
}
