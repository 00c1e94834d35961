namespace Ballast.Generalization.Collapse;

/// <summary>The general orthogonal frame: orthogonal classifier rows and class means whose lengths depend on the class.</summary>
/// <remarks>Where features are regularised only through the network's weights, as in real training, lambda_H is an effective value and this is an estimate.</remarks>
/// <param name="Classes">One a class, in the caller's order.</param>
/// <param name="Threshold">The pressure from which a class collapses: 1 for one linear layer, 1/2 for two.</param>
/// <param name="OptimalLoss">The global minimum of the bias-free mean-squared-error problem.</param>
/// <param name="MinSamplesToSurvive">A class needs more samples than this, the total being what it is; the same for all classes.</param>
public sealed record GofPrediction(IReadOnlyList<ClassPrediction> Classes, double Threshold, double OptimalLoss, double MinSamplesToSurvive)
{
    /// <summary>Classes whose classifier vector is predicted to be 0, in the caller's order.</summary>
    public IReadOnlyList<int> CollapsedClasses => [.. Enumerable.Range(0, Classes.Count).Where(k => Classes[k].Collapsed)];
}
