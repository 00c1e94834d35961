namespace Ballast.Robustness.Faults;

/// <summary>Something whose bits can be flipped: an accelerator running a network, or stored weights.</summary>
public interface IFaultTarget
{
    /// <summary>All fault sites, by kind.</summary>
    IReadOnlyList<FaultStratum> Strata { get; }

    /// <summary>Numbers that go in.</summary>
    int Inputs { get; }

    /// <summary>Scores that come out.</summary>
    int Outputs { get; }

    /// <summary>What the scores are.</summary>
    ScoreForm Form { get; }

    /// <summary>A text that changes with anything that could change a result: a campaign is resumed only on the same target.</summary>
    string Fingerprint { get; }

    /// <summary>Buffers of one thread.</summary>
    IFaultProbe NewProbe();
}
