using Ballast.Evaluation.Subpopulations;

namespace Ballast.Learning.Subpopulations;

/// <summary>A checkpoint of a sweep.</summary>
/// <param name="Configuration">How it was trained.</param>
/// <param name="Epoch">After how many epochs.</param>
/// <param name="Point">Right answers of both groups; its run is the configuration's.</param>
public sealed record SweepPoint(SweepConfiguration Configuration, int Epoch, SubpopulationPoint Point);
