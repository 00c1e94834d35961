using Ballast.Core;
using Ballast.Learning.Networks;
using Ballast.Learning.Objectives;
using Ballast.Learning.Training;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Ballast.Learning.Adversarial;

/// <summary>TRADES: cross-entropy of the samples plus beta KL(p(x) || p(x')), x' raising that divergence.</summary>
/// <remarks>Source: Zhang et al. (ICML 2019), eq. 5. p(x) is a constant in the ascent; outside it the gradient goes through both.</remarks>
/// <param name="attack">The ascent; it must not begin at the sample, where the divergence has no gradient.</param>
/// <param name="beta">Weight of the divergence, at least 0.</param>
/// <param name="seed">Decides the random starts.</param>
public sealed class TradesObjective(Pgd attack, double beta = 6, int seed = 0) : AdversarialObjective(attack, seed)
{
    private readonly CrossEntropyLoss crossEntropy = new();

    /// <summary>Weight of the divergence.</summary>
    public double Beta { get; } = Guard.NotNegative(beta);

    /// <inheritdoc/>
    protected override string Settings => $"TRADES of beta {Beta:R}";

    /// <inheritdoc/>
    protected override Tensor Loss(Network network, Batch batch, Tensor labels)
    {
        var moved = Moved(network, batch, labels, AttackLoss.DivergenceFrom(FrozenScores(network, batch.Inputs)));
        var scores = network.call(batch.Inputs);                                             // [B, K]
        var (clean, attacked) = (functional.log_softmax(scores, 1), functional.log_softmax(network.call(moved), 1));
        var divergence = (clean.exp() * (clean - attacked)).sum(1);                          // [B]
        return Mean(crossEntropy.PerSample(scores, labels) + divergence.Times(Beta), batch.Weights);
    }
}
