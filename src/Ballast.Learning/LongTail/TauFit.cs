namespace Ballast.Learning.LongTail;

/// <summary>The tau picked on validation rows.</summary>
/// <param name="Tau">The best of <see cref="TauNormalizer.Grid"/>.</param>
/// <param name="Accuracies">Balanced accuracy on the validation rows at each tau of the grid.</param>
public sealed record TauFit(double Tau, IReadOnlyList<double> Accuracies)
{
    /// <summary>Whether normalising beat leaving the rows as they are.</summary>
    public bool Gained => Tau > 0;

    /// <summary>What a user should know.</summary>
    public string Note => Gained
        ? $"tau = {Tau:0.0}: balanced accuracy on the validation rows {Accuracies.Max():0.000} against {Accuracies[0]:0.000} at tau = 0."
        : $"Nothing was gained: no tau above 0 beat {Accuracies[0]:0.000} on the validation rows (tau = 1 gives {Accuracies[10]:0.000}).";
}
