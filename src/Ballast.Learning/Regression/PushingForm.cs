namespace Ballast.Learning.Regression;

/// <summary>How the weight of a negative pair grows with the distance of its labels.</summary>
public enum PushingForm
{
    /// <summary>r_i exp(e |y_i - y_j|).</summary>
    Exponential,

    /// <summary>e r_i |y_i - y_j|, the form published for depth maps.</summary>
    Linear,
}
