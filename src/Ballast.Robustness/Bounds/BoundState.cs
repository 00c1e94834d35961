using Ballast.Robustness.Bounds.Steps;
using TorchSharp;
using static TorchSharp.torch;

namespace Ballast.Robustness.Bounds;

/// <summary>Bounds of every step on a batch of boxes, and the lines around every nonlinear one.</summary>
internal sealed class BoundState
{
    private readonly Relaxation?[] relaxations;
    private readonly MaxPoolRelaxation?[] maxima;
    private readonly Dictionary<BoundStep, int> places;
    private readonly AffineStep?[] folded;

    public BoundState(BoundedNetwork network, int boxes, Soundness soundness)
    {
        (Network, Boxes, Soundness) = (network, boxes, soundness);
        Bounds = new NodeBounds?[network.Steps.Count];
        (relaxations, maxima, places, folded) = (new Relaxation?[Bounds.Length], new MaxPoolRelaxation?[Bounds.Length], network.Places, new AffineStep?[Bounds.Length]);
    }

    private BoundState(BoundState other, Soundness soundness)
    {
        (Network, Boxes, Soundness, Bounds) = (other.Network, other.Boxes, soundness, other.Bounds);
        (relaxations, maxima, places, folded) = (other.relaxations, other.maxima, other.places, other.folded);
    }

    public BoundedNetwork Network { get; }

    /// <summary>Number of boxes B.</summary>
    public int Boxes { get; }

    public Soundness Soundness { get; }

    public NodeBounds?[] Bounds { get; }

    public Tensor SizeOf(int step) => Bounds[step]!.Size!;

    /// <summary>The lines around an activation, found now where they were not kept.</summary>
    public Relaxation RelaxationOf(ActivationStep step) => relaxations[places[step]] ?? Lines(step);

    public MaxPoolRelaxation MaxPoolRelaxationOf(MaxPoolStep step) => maxima[places[step]]!;

    /// <summary>The same bounds and lines for passes of another soundness.</summary>
    public BoundState As(Soundness soundness) => new(this, soundness);

    /// <summary>A linear step and the batch normalisation at this place behind it, as one; null where there are none, and in proofs, which count the roundings of each.</summary>
    public AffineStep? FoldedAt(int place) => folded[place];

    /// <summary>Folds every batch normalisation into the linear step before it where nothing else uses that step. New weights belong to the caller's scope.</summary>
    public void Fold()
    {
        for (var i = 1; i < folded.Length; i++)
            if (Network.Steps[i] is BatchNormStep norm && Network.IsFolded(norm.Inputs[0]))
                folded[i] = ((AffineStep)Network.Steps[norm.Inputs[0]]).With(norm);
    }

    /// <summary>The same bounds and lines for passes in another network's element type that prove nothing.</summary>
    public BoundState In(BoundedNetwork network)
    {
        var converted = new BoundState(network, Boxes, Soundness.Nominal);
        for (var i = 0; i < Bounds.Length; i++)
        {
            converted.Bounds[i] = new NodeBounds(Bounds[i]!.Lower.to(network.Type), Bounds[i]!.Upper.to(network.Type), null);
            converted.relaxations[i] = relaxations[i]?.To(network.Type);
            if (maxima[i] is { } pool)
                converted.maxima[i] = pool with { Wins = pool.Wins.to(network.Type), Greatest = pool.Greatest.to(network.Type) };
        }
        return converted;
    }

    /// <summary>Moves what was found of a step to the scope around <paramref name="scope"/>.</summary>
    public void MoveToOuter(int place, DisposeScope scope)
    {
        Bounds[place]!.MoveToOuter(scope);
        relaxations[place]?.MoveToOuter(scope);
        maxima[place]?.MoveToOuter(scope);
    }

    /// <summary>Finds the lines around a step from what is known of its input.</summary>
    public void Relax(int place)
    {
        using var scope = NewDisposeScope();
        switch (Network.Steps[place])
        {
            case ActivationStep activation:
                relaxations[place] = Lines(activation);
                relaxations[place]!.MoveToOuter(scope);
                break;
            case MaxPoolStep pool:
                var pooled = Bounds[pool.Inputs[0]]!;
                maxima[place] = pool.Relax(pooled.Lower, pooled.Upper);
                maxima[place]!.MoveToOuter(scope);
                break;
            default:
                break;
        }
    }

    private Relaxation Lines(ActivationStep activation)
    {
        var input = Bounds[activation.Inputs[0]]!;
        return activation.Relax(input.Lower, input.Upper, Soundness);
    }
}
