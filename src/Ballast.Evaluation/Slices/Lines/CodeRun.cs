namespace Ballast.Evaluation.Slices.Lines;

/// <summary>A condition as codes of <see cref="BinnedFeatures"/>: First to Last, both inside; empty where Last is below First.</summary>
internal readonly record struct CodeRun(int Feature, int First, int Last)
{
    public bool Holds(byte code) => code >= First && code <= Last;
}
