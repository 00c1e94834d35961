namespace Ballast.Robustness.Faults;

/// <summary>Runs a target without and with faults; belongs to one thread.</summary>
public interface IFaultProbe : IDisposable
{
    /// <summary>Runs an input without a fault and keeps every activation.</summary>
    void Prepare(ReadOnlySpan<float> input);

    /// <summary>Scores of the input without a fault.</summary>
    ReadOnlySpan<float> Golden { get; }

    /// <summary>Runs the prepared input with one fault; the target is as before when this returns.</summary>
    /// <param name="stratum">Index of the stratum.</param>
    /// <param name="site">0 to the stratum's sites.</param>
    /// <param name="scores">Receives the scores, unless nothing came of the fault or it hung.</param>
    FaultEffect Inject(int stratum, long site, Span<float> scores);
}
