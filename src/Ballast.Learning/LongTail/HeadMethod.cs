using Ballast.Core;
using Ballast.Learning.Networks;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Ballast.Learning.LongTail;

/// <summary>A remedy for unequal classes that changes the last layer of a trained network and leaves all before it.</summary>
public abstract class HeadMethod
{
    /// <summary>Whether it needs rows that trained nothing.</summary>
    public virtual bool NeedsValidation => false;

    /// <summary>Makes the new head; the present one is not changed.</summary>
    /// <param name="training">Features and present head.</param>
    /// <param name="cancellation">Stops the work.</param>
    /// <exception cref="ArgumentException">The method needs what is not given: validation rows, a linear head, rows of every class.</exception>
    public abstract FittedHead Fit(HeadTraining training, CancellationToken cancellation = default);

    /// <summary>Fits the head and puts it in its place.</summary>
    /// <param name="network">Trained; its head is replaced, nothing else changes.</param>
    /// <param name="train">What it was trained on.</param>
    /// <param name="validation">Rows that trained nothing; null where there are none.</param>
    /// <param name="seed">Seeds what is drawn at random.</param>
    /// <param name="cancellation">Stops the work, and leaves the network as it was.</param>
    /// <returns>What a user should know; null for nothing.</returns>
    /// <exception cref="ArgumentException">The method needs what is not given.</exception>
    public string? Run(Network network, Dataset train, Dataset? validation = null, int seed = 0, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(network);
        var device = network.parameters().First().device;
        var fitted = Fit(HeadTraining.Of(network, train, validation, seed, cancellation), cancellation);
        if (fitted.Head is { } head)
        {
            head.to(device);
            head.train(network.training);
            network.ReplaceHead(head);
        }
        return fitted.Note;
    }

    private protected static Linear LinearOf(HeadTraining training)
    {
        ArgumentNullException.ThrowIfNull(training);
        return training.Head ?? throw new ArgumentException("The method needs a network whose head is linear.", nameof(training));
    }

    /// <summary>A linear layer of these rows, which are copied.</summary>
    private protected static Linear LinearHead(Tensor weight, Tensor? bias)
    {
        var copy = new Parameter(weight.detach().cpu().clone().DetachFromDisposeScope());
        return nn.Linear(copy, bias is null ? null : new Parameter(bias.detach().cpu().clone().DetachFromDisposeScope()));
    }
}
