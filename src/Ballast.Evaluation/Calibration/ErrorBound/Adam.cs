namespace Ballast.Evaluation.Calibration.ErrorBound;

/// <summary>Adam (Kingma and Ba, ICLR 2015) with its usual constants.</summary>
internal sealed class Adam(int size)
{
    private const double Beta1 = 0.9, Beta2 = 0.999, Offset = 1e-8;

    private readonly double[] first = new double[size], second = new double[size];
    private double power1 = 1, power2 = 1;

    public void Step(double[] parameters, double[] gradient, double learningRate)
    {
        (power1, power2) = (power1 * Beta1, power2 * Beta2);
        for (var j = 0; j < parameters.Length; j++)
        {
            first[j] = Beta1 * first[j] + (1 - Beta1) * gradient[j];
            second[j] = Beta2 * second[j] + (1 - Beta2) * gradient[j] * gradient[j];
            parameters[j] -= learningRate * (first[j] / (1 - power1)) / (Math.Sqrt(second[j] / (1 - power2)) + Offset);
        }
    }
}
