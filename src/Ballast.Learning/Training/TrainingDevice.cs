namespace Ballast.Learning.Training;

/// <summary>Where a network computes.</summary>
public enum TrainingDevice
{
    /// <summary>The processor.</summary>
    Cpu,

    /// <summary>The first CUDA graphics card.</summary>
    Cuda,
}
