using Ballast.Exchange.Safetensors;
using Ballast.Learning.Networks;

namespace Ballast.Learning.Tabular.Saving;

/// <summary>A network inside a model file: how to build it, and the part that holds its weights as safetensors.</summary>
internal sealed record NetworkPart(NetworkDescription Description, string Part)
{
    internal static NetworkPart? Of(Network? network, ModelParts parts)
    {
        if (network is null)
            return null;
        using var stream = new MemoryStream();
        SafetensorsFile.Write(stream, NetworkWeights.Of(network));
        return new NetworkPart(NetworkDescription.Of(network), parts.Add(stream.ToArray(), "safetensors"));
    }

    /// <summary>The network, checked against the encoding that feeds it and the number of outputs expected of it.</summary>
    /// <exception cref="InvalidDataException">They do not fit.</exception>
    internal static Network? Read(NetworkPart? part, NetworkEncoding encoding, int width, int columns, int outputs, ModelParts parts)
    {
        ModelState.RequireEncoding(encoding.Design, width, columns);
        ModelState.Require(
            encoding.Quantiles is not { } scales || (scales.Count == encoding.Design.Numerics.Count && scales.All(scale => scale.IsSound)), "quantiles that do not ascend");
        if (part is null)
            return null;
        ModelState.Require(
            part.Description.Head is LinearHeadConfiguration { Outputs: var found } && found == outputs, $"a network whose outputs are not the {outputs} expected");
        ModelState.Require(
            part.Description.Network is TabularMlpConfiguration { Input: var mlp } && Fits(mlp) || part.Description.Network is TabularResNetConfiguration { Input: var resnet } && Fits(resnet),
            "a network for other rows than the encoding makes");
        using var file = SafetensorsFile.Of(parts.Content(part.Part), part.Part);
        return NetworkTraining.ForPrediction(NetworkWeights.Read(part.Description, file));

        bool Fits(TabularShape shape) => shape.Numerics == encoding.Shape.Numerics && shape.Categories.SequenceEqual(encoding.Shape.Categories);
    }
}
