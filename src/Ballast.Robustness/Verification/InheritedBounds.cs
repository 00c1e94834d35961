using Ballast.Robustness.Bounds;
using static TorchSharp.torch;

namespace Ballast.Robustness.Verification;

/// <summary>The bounds of the neurons of a box, in single precision and rounded outward: they hold in every part of it. Neurons that are stable need no others there.</summary>
/// <param name="network">The network.</param>
internal sealed class InheritedBounds(BoundedNetwork network)
{
    private readonly int[] places = [.. Enumerable.Range(1, network.Steps.Count - 1).Where(network.IsRelaxed)];

    /// <summary>Bounds of each box, one number after the other: lower ends of all steps, then upper ends.</summary>
    public float[][] Of(BoundState state)
    {
        if (places.Length == 0)
            return [.. Enumerable.Repeat(Array.Empty<float>(), state.Boxes)];
        using var scope = NewDisposeScope();
        var all = cat([.. places.Select(place => Down(state.Bounds[place]!.Lower).flatten(1)), .. places.Select(place => -Down(-state.Bounds[place]!.Upper).flatten(1))], 1);
        var flat = all.flatten().data<float>().ToArray();
        var width = flat.Length / state.Boxes;
        return [.. Enumerable.Range(0, state.Boxes).Select(box => flat[(box * width)..((box + 1) * width)])];
    }

    /// <summary>Bounds of steps, by their places; null when nothing is known of a box.</summary>
    public IReadOnlyDictionary<int, NodeBounds>? Known(IReadOnlyList<SplitBox> boxes, ScalarType type)
    {
        if (places.Length == 0 || boxes.Any(box => box.Bounds is null))
            return null;
        var width = boxes[0].Bounds!.Length;
        var flat = new float[boxes.Count * width];
        for (var i = 0; i < boxes.Count; i++)
            boxes[i].Bounds!.CopyTo(flat, i * width);
        var sizes = places.Select(place => network.Steps[place].Size).ToArray();
        var parts = tensor(flat).to(type).reshape(boxes.Count, width).split([.. sizes, .. sizes], 1);
        Tensor Shaped(int part, int place) => parts[part].reshape([boxes.Count, .. network.Steps[place].Shape]);
        return places.Select((place, i) => (place, new NodeBounds(Shaped(i, place), Shaped(places.Length + i, place), null))).ToDictionary();
    }

    // The greatest number of single precision that is not above.
    private static Tensor Down(Tensor x)
    {
        var near = x.to(float32);
        return where(near.to(float64).gt(x), nextafter(near, full_like(near, float.NegativeInfinity)), near);
    }
}
