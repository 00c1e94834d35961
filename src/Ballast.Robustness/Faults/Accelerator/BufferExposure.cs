namespace Ballast.Robustness.Faults.Accelerator;

/// <summary>When a flip in a buffer can strike a layer.</summary>
public enum BufferExposure
{
    /// <summary>While the layer is computed: layers are weighted by bits times cycles.</summary>
    Busy,

    /// <summary>At any time, since each layer's data stay in the buffer throughout: layers are weighted by bits.</summary>
    Resident,
}
