using System.Globalization;
using Ballast.Core;

namespace Ballast.Exchange.VnnLib;

/// <summary>Takes the statements of a property file and brings them into regions.</summary>
internal sealed class VnnLibReader(string file)
{
    private readonly HashSet<string> declared = new(StringComparer.Ordinal);
    private readonly List<SyntaxNode> asserts = [];
    private int inputs;
    private int outputs;

    public void Take(SyntaxNode statement)
    {
        switch (statement.Head)
        {
            case "declare-const" when statement.Word is null:
                Declare(statement);
                break;
            case "assert" when statement is { Word: null, Items.Count: 2 }:
                asserts.Add(statement.Items[1]);
                break;
            default:
                throw Error(statement, statement.Shown, "(declare-const NAME Real) or (assert FORMULA)");
        }
    }

    public VnnLibProperty Finish()
    {
        if (inputs == 0 || outputs == 0)
            throw new DataFormatException(file, inputs == 0 ? "no declaration of an input" : "no declaration of an output", "X_0, X_1, ... and Y_0, Y_1, ...");
        for (var i = 0; i < inputs; i++)
            Require($"X_{i}", inputs);
        for (var j = 0; j < outputs; j++)
            Require($"Y_{j}", outputs);

        // Asserts without a choice are one conjunct, collected in one pass: images have thousands of them.
        var bounds = new List<(int, double, bool)>();
        var rows = new List<(Dictionary<int, double>, double)>();
        foreach (var formula in asserts.Where(formula => !HasChoice(formula)))
            Collect(formula, bounds, rows);
        IReadOnlyList<Conjunct> choices = [Conjunct.True];
        foreach (var formula in asserts.Where(HasChoice))
            choices = Product(formula, choices, Normalize(formula));
        return new VnnLibProperty(inputs, outputs, Regions(new Conjunct(bounds, rows), choices));
    }

    private void Require(string name, int count)
    {
        if (!declared.Contains(name))
            throw new DataFormatException(file, $"{count} names {name[0]}_i but not {name}", "names numbered from 0 without gaps");
    }

    private void Declare(SyntaxNode statement)
    {
        if (statement.Items is not [_, { Word: { } name }, { Word: "Real" }] || !TryVariable(name, out var isInput, out _))
            throw Error(statement, statement.Shown, "(declare-const X_i Real) or (declare-const Y_j Real)");
        if (!declared.Add(name))
            throw Error(statement, $"a second declaration of '{name}'", "one");
        if (isInput)
            inputs++;
        else
            outputs++;
    }

    private static bool HasChoice(SyntaxNode node) => node.Word is null && (node.Head == "or" || (node.Head == "and" && node.Items.Any(HasChoice)));

    private void Collect(SyntaxNode node, List<(int, double, bool)> bounds, List<(Dictionary<int, double>, double)> rows)
    {
        if (node.Word is null && node.Head == "and")
        {
            foreach (var part in Operands(node))
                Collect(part, bounds, rows);
            return;
        }
        Atom(node, bounds, rows);
    }

    private IReadOnlyList<Conjunct> Normalize(SyntaxNode node)
    {
        if (node.Word is null && node.Head == "or")
        {
            var all = new List<Conjunct>();
            foreach (var part in Operands(node))
            {
                all.AddRange(Normalize(part));
                Limit(node, all.Count);
            }
            return all;
        }
        if (HasChoice(node))
            return Operands(node).Aggregate((IReadOnlyList<Conjunct>)[Conjunct.True], (product, part) => Product(part, product, Normalize(part)));
        var (bounds, rows) = (new List<(int, double, bool)>(), new List<(Dictionary<int, double>, double)>());
        Collect(node, bounds, rows);
        return [new Conjunct(bounds, rows)];
    }

    private IReadOnlyList<Conjunct> Product(SyntaxNode node, IReadOnlyList<Conjunct> left, IReadOnlyList<Conjunct> right)
    {
        Limit(node, (long)left.Count * right.Count);
        return [.. left.SelectMany(a => right.Select(a.And))];
    }

    private void Limit(SyntaxNode node, long disjuncts)
    {
        if (disjuncts > VnnLibFile.MaxDisjuncts)
            throw Error(node, $"a formula of {disjuncts} disjuncts", $"at most {VnnLibFile.MaxDisjuncts}");
    }

    private IReadOnlyList<SyntaxNode> Operands(SyntaxNode node) =>
        node.Items.Count > 1 ? [.. node.Items.Skip(1)] : throw Error(node, $"'({node.Head})' of nothing", "at least one formula");

    private void Atom(SyntaxNode node, List<(int, double, bool)> bounds, List<(Dictionary<int, double>, double)> rows)
    {
        if (node.Word is not null || node.Head is not ("<=" or ">=") || node.Items.Count != 3)
            throw Error(node, node.Shown, "(<= a b), (>= a b), (and …) or (or …)");
        // Written as left - right <= 0.
        var difference = new LinearTerm();
        var sign = node.Head == "<=" ? 1.0 : -1.0;
        difference.Add(Term(node.Items[1]), sign);
        difference.Add(Term(node.Items[2]), -sign);
        if (!double.IsFinite(difference.Constant) || difference.Inputs.Values.Concat(difference.Outputs.Values).Any(value => !double.IsFinite(value)))
            throw Error(node, "numbers that overflow", "finite ones");
        if (difference.Inputs.Count > 0 && difference.Outputs.Count > 0)
            throw Error(node, "an atom of inputs and outputs", "one of inputs or of outputs");
        if (difference.Inputs.Count > 1)
            throw Error(node, $"an atom of {difference.Inputs.Count} inputs", "one of a single input");
        if (difference.Inputs.Count == 0)
        {
            rows.Add((difference.Outputs, -difference.Constant));
            return;
        }
        var (input, factor) = difference.Inputs.Single();
        bounds.Add((input, -difference.Constant / factor, factor > 0));
    }

    private LinearTerm Term(SyntaxNode node)
    {
        if (node.Word is { } word)
            return Leaf(node, word);
        var operands = node.Items.Skip(1).Select(Term).ToArray();
        var sum = new LinearTerm();
        switch (node.Head)
        {
            case "+" when operands.Length > 0:
                foreach (var operand in operands)
                    sum.Add(operand, 1);
                return sum;
            case "-" when operands.Length == 1:
                sum.Add(operands[0], -1);
                return sum;
            case "-" when operands.Length > 1:
                sum.Add(operands[0], 1);
                foreach (var operand in operands.Skip(1))
                    sum.Add(operand, -1);
                return sum;
            case "*" when operands.Length == 2 && operands.Any(operand => operand.IsNumber):
                var (number, other) = operands[0].IsNumber ? (operands[0], operands[1]) : (operands[1], operands[0]);
                sum.Add(other, number.Constant);
                return sum;
            default:
                throw Error(node, node.Shown, "a number, a name, (+ …), (- …) or (* number …)");
        }
    }

    private LinearTerm Leaf(SyntaxNode node, string word)
    {
        if (declared.Contains(word) && TryVariable(word, out var isInput, out var index))
        {
            var term = new LinearTerm();
            (isInput ? term.Inputs : term.Outputs)[index] = 1;
            return term;
        }
        if (double.TryParse(word, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out var value) && double.IsFinite(value)
            && word.Any(char.IsAsciiDigit))
            return LinearTerm.Number(value);
        throw Error(node, $"'{word}'", "a number or a declared name");
    }

    private IReadOnlyList<UnsafeRegion> Regions(Conjunct common, IReadOnlyList<Conjunct> choices)
    {
        var (low, high) = (Fill(double.NegativeInfinity), Fill(double.PositiveInfinity));
        Narrow(low, high, common);
        for (var i = 0; i < inputs; i++)
            if (low[i] > high[i])
                throw new DataFormatException(file, FormattableString.Invariant($"X_{i} between {low[i]:R} and {high[i]:R}"), "a lower bound that is not above the upper bound");
        var commonRows = common.Rows.Select(Row).ToArray();
        var regions = new List<(double[] Low, double[] High, List<IReadOnlyList<OutputConstraint>> Disjuncts)>();
        foreach (var choice in choices)
        {
            var (lower, upper) = choice.InputBounds.Count == 0 ? (low, high) : ((double[])low.Clone(), (double[])high.Clone());
            Narrow(lower, upper, choice);
            for (var i = 0; i < inputs; i++)
                if (!double.IsFinite(lower[i]) || !double.IsFinite(upper[i]))
                    throw new DataFormatException(file, $"no {(double.IsFinite(lower[i]) ? "upper" : "lower")} bound of X_{i}", "both bounds of every input");
            if (lower.Zip(upper).Any(ends => ends.First > ends.Second))
                continue;
            IReadOnlyList<OutputConstraint> rows = [.. commonRows, .. choice.Rows.Select(Row)];
            var known = regions.FindIndex(region => ReferenceEquals(region.Low, lower) || (region.Low.AsSpan().SequenceEqual(lower) && region.High.AsSpan().SequenceEqual(upper)));
            if (known >= 0)
                regions[known].Disjuncts.Add(rows);
            else
                regions.Add((lower, upper, [rows]));
        }
        return [.. regions.Select(region => new UnsafeRegion(region.Low, region.High, region.Disjuncts))];
    }

    private OutputConstraint Row((Dictionary<int, double> Coefficients, double Limit) row) =>
        new([.. Enumerable.Range(0, outputs).Select(j => row.Coefficients.GetValueOrDefault(j))], row.Limit);

    private double[] Fill(double value)
    {
        var array = new double[inputs];
        Array.Fill(array, value);
        return array;
    }

    private static void Narrow(double[] low, double[] high, Conjunct conjunct)
    {
        foreach (var (input, limit, isUpper) in conjunct.InputBounds)
            if (isUpper)
                high[input] = Math.Min(high[input], limit);
            else
                low[input] = Math.Max(low[input], limit);
    }

    private static bool TryVariable(string name, out bool isInput, out int index)
    {
        isInput = name.StartsWith("X_", StringComparison.Ordinal);
        index = -1;
        return (isInput || name.StartsWith("Y_", StringComparison.Ordinal)) && int.TryParse(name.AsSpan(2), NumberStyles.None, CultureInfo.InvariantCulture, out index)
            && name[2..] == index.ToString(CultureInfo.InvariantCulture);
    }

    private DataFormatException Error(SyntaxNode node, string found, string expected) =>
        new(file, found, expected, node.Line, node.Column.ToString(CultureInfo.InvariantCulture));
}
