namespace Ballast.Learning.Training.Optimization;

/// <summary>Which parameters are trained, and how fast beside the base rate: the first rule whose prefix fits decides, 1 where none does.</summary>
/// <remarks>A frozen part keeps its BatchNorm statistics and drops nothing out: it runs as in evaluation.</remarks>
public sealed record ParameterRates(params IReadOnlyList<RateRule> Rules)
{
    private const string Head = "head.";

    /// <summary>Everything is trained at the base rate.</summary>
    public static ParameterRates Uniform { get; } = new();

    /// <summary>The head alone is trained; all before it is frozen (classifier retraining).</summary>
    public static ParameterRates HeadOnly { get; } = Backbone(0);

    /// <summary>The head at the base rate, all before it at <paramref name="factor"/> times that (transfer).</summary>
    public static ParameterRates Backbone(double factor) => new(new RateRule(Head, 1), new RateRule("", factor));

    /// <summary>The factor of the parameter called <paramref name="name"/>; 0 where it is frozen.</summary>
    public double FactorOf(string name) =>
        Rules.FirstOrDefault(rule => name.StartsWith(rule.Prefix, StringComparison.Ordinal))?.Factor ?? 1;
}
