namespace Ballast.Learning.Networks;

/// <summary>How the weights and biases of a linear or convolution layer are first drawn. Fan-in is c_in / groups x k x k, fan-out c_out x k x k (groups not divided out, as torch counts).</summary>
public enum WeightRule
{
    /// <summary>Torch's default (LeCun uniform): weights and biases from U(-1/sqrt(fan-in), 1/sqrt(fan-in)).</summary>
    Torch,

    /// <summary>Weights from N(0, 2 / fan-out), biases 0: He et al. 2015, eq. 14, as ResNet and EfficientNet use it.</summary>
    KaimingFanOut,

    /// <summary>Weights from N(0, 2 / fan-in), biases 0: He et al. 2015, eq. 10.</summary>
    KaimingFanIn,
}
