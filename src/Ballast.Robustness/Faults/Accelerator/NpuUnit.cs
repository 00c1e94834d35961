namespace Ballast.Robustness.Faults.Accelerator;

/// <summary>Where an int8 accelerator keeps bits that can flip.</summary>
public enum NpuUnit
{
    /// <summary>All weights of a layer: that weight is wrong in every use in this inference.</summary>
    WeightBuffer,

    /// <summary>8 P weights: one is wrong for a tile of 16 output positions.</summary>
    WeightRegister,

    /// <summary>The input tensor of a layer: that element is wrong in every use by this layer.</summary>
    ActivationBuffer,

    /// <summary>8 inputs: one is wrong for the P channels of one channel group at one position.</summary>
    InputRegister,

    /// <summary>P sums of 32 bits: a bit flips after a product, later products add on top.</summary>
    Accumulator,

    /// <summary>P int8 results after requantisation.</summary>
    OutputRegister,

    /// <summary>P mantissas m0 of 32 bits: wrong for one channel in the whole layer.</summary>
    ScaleMantissa,

    /// <summary>P shifts r of 6 bits: wrong for one channel in the whole layer.</summary>
    ScaleShift,

    /// <summary>The output's zero point, wrong for the whole layer; the next layer's own copy stays right.</summary>
    ConfigZero,

    /// <summary>The least output, wrong for the whole layer.</summary>
    ConfigMin,

    /// <summary>The greatest output, wrong for the whole layer.</summary>
    ConfigMax,

    /// <summary>The control of a layer: a flip hangs, or one channel group of the layer reads as zero.</summary>
    Sequencer,
}
