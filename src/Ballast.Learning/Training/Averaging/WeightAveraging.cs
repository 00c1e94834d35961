namespace Ballast.Learning.Training.Averaging;

/// <summary>How weights are averaged over training.</summary>
public abstract record WeightAveraging;
