using Ballast.Core;

namespace Ballast.Learning.Objectives.CompSum;

/// <summary>The outer function of the comp-sum family, in double and without torch.</summary>
public static class CompSumTransform
{
    /// <summary>Phi_tau(u): log(1 + u) for tau = 1, ((1 + u)^(1-tau) - 1) / (1 - tau) otherwise; concave, increasing, 1-Lipschitz on u of at least 0.</summary>
    /// <param name="tau">At least 0 and finite.</param>
    /// <param name="sum">u = sum over the other classes of exp(z_y' - z_y); at least 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">tau or u is negative or NaN.</exception>
    public static double Phi(double tau, double sum)
    {
        CheckTau(tau);
        Guard.NotNegative(sum);
        return OfLogProbability(tau, -LogOnePlus(sum));
    }

    /// <summary>The loss where the label's log-probability is known: -log p for tau = 1, (p^(tau-1) - 1) / (1 - tau) otherwise.</summary>
    internal static double OfLogProbability(double tau, double logProbability) =>
        tau == 1 ? -logProbability : Expm1((tau - 1) * logProbability) / (1 - tau);

    internal static double CheckTau(double tau) => tau >= 0 && double.IsFinite(tau)
        ? tau
        : throw new ArgumentOutOfRangeException(nameof(tau), tau, "tau must be a finite number of at least 0.");

    internal static int CheckClasses(int classes) => classes >= 2
        ? classes
        : throw new ArgumentOutOfRangeException(nameof(classes), classes, "There must be at least 2 classes.");

    /// <summary>log(1 + x) that keeps every digit of a small x (Kahan).</summary>
    internal static double LogOnePlus(double x)
    {
        var sum = 1 + x;
        if (sum == 1 || double.IsInfinity(sum))
            return sum == 1 ? x : sum;
        return Math.Log(sum) * (x / (sum - 1));
    }

    /// <summary>exp(x) - 1 that keeps every digit of a small x (Kahan).</summary>
    internal static double Expm1(double x)
    {
        if (Math.Abs(x) > 1)
            return Math.Exp(x) - 1;
        var power = Math.Exp(x);
        if (power == 1)
            return x;
        return power == 0 ? -1 : (power - 1) * (x / Math.Log(power));
    }
}
