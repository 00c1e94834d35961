namespace Ballast.Exchange.VnnLib;

/// <summary>One disjunct of the normal form: bounds of inputs and half-spaces of outputs that hold together.</summary>
/// <param name="InputBounds">Input, limit, and whether the limit is the upper one.</param>
/// <param name="Rows">Half-spaces of outputs.</param>
internal sealed record Conjunct(IReadOnlyList<(int Input, double Limit, bool IsUpper)> InputBounds, IReadOnlyList<(Dictionary<int, double> Coefficients, double Limit)> Rows)
{
    public static Conjunct True { get; } = new([], []);

    public Conjunct And(Conjunct other) => new([.. InputBounds, .. other.InputBounds], [.. Rows, .. other.Rows]);
}
