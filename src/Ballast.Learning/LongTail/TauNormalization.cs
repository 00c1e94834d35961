using static TorchSharp.torch;

namespace Ballast.Learning.LongTail;

/// <summary>Tau-normalisation as a method of the last layer: <see cref="TauNormalizer"/> with tau picked on validation rows.</summary>
/// <remarks>Where no tau above 0 gains, the head stays as it is and the note says so.</remarks>
/// <param name="tau">The tau to use; null to pick it.</param>
public sealed class TauNormalization(double? tau = null) : HeadMethod
{
    private readonly double? tau = tau is { } given ? Core.Guard.NotNegative(given, nameof(tau)) : null;

    /// <inheritdoc/>
    public override bool NeedsValidation => tau is null;

    /// <inheritdoc/>
    public override FittedHead Fit(HeadTraining training, CancellationToken cancellation = default)
    {
        var head = LinearOf(training);
        using var gradients = no_grad();
        using var scope = NewDisposeScope();
        var weight = head.weight!.detach().cpu();
        if (tau is { } given)
            return new FittedHead(LinearHead(TauNormalizer.Apply(weight, given), bias: null));
        var validation = training.Validation ?? throw new ArgumentException("Picking tau needs validation rows, which trained nothing.", nameof(training));
        cancellation.ThrowIfCancellationRequested();
        var fit = TauNormalizer.Fit(weight, HeadTraining.Rows(validation), validation.Labels.Span);
        return new FittedHead(fit.Gained ? LinearHead(TauNormalizer.Apply(weight, fit.Tau), bias: null) : null, fit.Note) { Tau = fit };
    }
}
