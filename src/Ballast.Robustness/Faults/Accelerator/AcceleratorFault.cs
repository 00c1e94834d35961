namespace Ballast.Robustness.Faults.Accelerator;

/// <summary>One flip in an accelerator. Which of the numbers matter depends on the unit.</summary>
/// <param name="Unit">Where.</param>
/// <param name="Layer">Which layer with weights, from 0.</param>
/// <param name="Bit">Which bit.</param>
/// <param name="Output">Output channel.</param>
/// <param name="Input">Place in a channel's sum; for the activation buffer the element of the input tensor.</param>
/// <param name="Group">Channel group: P consecutive channels of one group of the convolution.</param>
/// <param name="Position">Output position.</param>
/// <param name="Tile">Sixteen output positions.</param>
/// <param name="Step">The accumulator flips after this product, from 0.</param>
/// <param name="Hangs">Whether the sequencer hangs.</param>
public readonly record struct AcceleratorFault(
    NpuUnit Unit, int Layer, int Bit, int Output = 0, int Input = 0, int Group = 0, int Position = 0, int Tile = 0, int Step = 0, bool Hangs = false);
