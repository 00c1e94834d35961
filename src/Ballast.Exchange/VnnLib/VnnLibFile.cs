using System.Globalization;
using System.Text;
using Ballast.Core;

namespace Ballast.Exchange.VnnLib;

/// <summary>Reads and writes VNN-LIB property files, the specifications of the neural network verification competition.</summary>
/// <remarks>
/// The subset that is read: <c>declare-const</c> of X_i and Y_j as Real; <c>assert</c> of &lt;=, &gt;=, <c>and</c>, <c>or</c> over linear terms (numbers, names, +, -, * by a number). An atom speaks of
/// inputs or of outputs, an input atom of one input. The file describes the unsafe set; its asserts are brought into disjunctive normal form, and disjuncts of equal boxes are put together.
/// </remarks>
public static class VnnLibFile
{
    /// <summary>The most disjuncts a normal form may have.</summary>
    public const int MaxDisjuncts = 10_000;

    private const long MaxBytes = 64 << 20;

    /// <summary>Reads a file.</summary>
    /// <exception cref="DataFormatException">A syntax error, a name that is not declared, an input without both bounds, or a statement outside the subset; with line and column.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static VnnLibProperty Read(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var length = new FileInfo(path).Length;
        if (length > MaxBytes)
            throw new DataFormatException(path, $"{length} bytes", $"a property of at most {MaxBytes}");
        return Parse(File.ReadAllText(path), path);
    }

    /// <summary>Reads a text; <paramref name="name"/> is what messages call it.</summary>
    /// <exception cref="DataFormatException">As for a file.</exception>
    public static VnnLibProperty Parse(string text, string name)
    {
        ArgumentNullException.ThrowIfNull(text);
        var reader = new VnnLibReader(name);
        foreach (var statement in new SyntaxReader(text, name).Statements())
            reader.Take(statement);
        return reader.Finish();
    }

    /// <summary>Writes a property; an existing file stays as it was when writing fails.</summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Write(string path, VnnLibProperty property) => AtomicFile.Write(path, stream =>
    {
        using var writer = new StreamWriter(stream, new UTF8Encoding(false), leaveOpen: true);
        writer.Write(ToText(property));
    });

    /// <summary>The text of a property. Numbers are written so that they are read back exactly.</summary>
    public static string ToText(VnnLibProperty property)
    {
        ArgumentNullException.ThrowIfNull(property);
        var text = new StringBuilder();
        for (var i = 0; i < property.Inputs; i++)
            text.Append(CultureInfo.InvariantCulture, $"(declare-const X_{i} Real)\n");
        for (var j = 0; j < property.Outputs; j++)
            text.Append(CultureInfo.InvariantCulture, $"(declare-const Y_{j} Real)\n");
        if (property.Regions is [var single])
        {
            foreach (var bound in Bounds(single))
                text.Append(CultureInfo.InvariantCulture, $"(assert {bound})\n");
            text.Append(CultureInfo.InvariantCulture, $"(assert {Unsafe(single)})\n");
        }
        else
        {
            text.Append("(assert (or\n");
            foreach (var region in property.Regions)
                text.Append(CultureInfo.InvariantCulture, $"  (and {string.Join(' ', Bounds(region))} {Unsafe(region)})\n");
            text.Append("))\n");
        }
        return text.ToString();
    }

    private static IEnumerable<string> Bounds(UnsafeRegion region) => Enumerable.Range(0, region.Lower.Count)
        .SelectMany(i => new[] { $"(>= X_{i} {Number(region.Lower[i])})", $"(<= X_{i} {Number(region.Upper[i])})" });

    private static string Unsafe(UnsafeRegion region) => $"(or {string.Join(' ', region.Disjuncts.Select(rows => $"(and {string.Join(' ', rows.Select(Atom))})"))})";

    private static string Atom(OutputConstraint row)
    {
        var terms = Enumerable.Range(0, row.Coefficients.Count).Where(j => row.Coefficients[j] != 0).Select(j => $"(* {Number(row.Coefficients[j])} Y_{j})").ToArray();
        return $"(<= {(terms.Length switch { 0 => "0", 1 => terms[0], _ => $"(+ {string.Join(' ', terms)})" })} {Number(row.Limit)})";
    }

    private static string Number(double value) => value.ToString("R", CultureInfo.InvariantCulture);
}
