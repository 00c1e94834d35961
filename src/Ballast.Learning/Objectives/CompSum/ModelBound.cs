namespace Ballast.Learning.Objectives.CompSum;

/// <summary>One model's surrogate excess, what 0-1 excess it can cost at most, and what it does cost.</summary>
/// <param name="Tau">The member of the family.</param>
/// <param name="SurrogateExcess">R_tau(h) - E[C*_tau]: excess over the best model of the class and minimizability gap together.</param>
/// <param name="ZeroOneExcess">R01(h) - E[C*_01].</param>
/// <param name="Bound">Gamma_tau of the surrogate excess; in [0, 1].</param>
public sealed record ModelBound(double Tau, double SurrogateExcess, double ZeroOneExcess, double Bound)
{
    /// <summary>Bound minus the true excess; negative only if the bound were false.</summary>
    public double Slack => Bound - ZeroOneExcess;
}
