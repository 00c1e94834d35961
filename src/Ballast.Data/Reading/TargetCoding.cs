using System.Globalization;
using System.Text.Json.Serialization;
using Ballast.Core;

namespace Ballast.Data.Reading;

/// <summary>How a target column becomes labels or real targets; belongs to the model that was trained on it.</summary>
/// <param name="Column">Name of the target column.</param>
/// <param name="Task">Classification or regression.</param>
/// <param name="ClassNames">Texts of class 0..K-1: in numeric order when all are numbers, else in ordinal order; empty for regression. Of texts that mean the same (equal but for
/// surrounding blanks; in columns of numbers and booleans, of equal value), the most frequent.</param>
/// <param name="Reading">How real targets are read from texts.</param>
public sealed record TargetCoding(string Column, TaskKind Task, IReadOnlyList<string> ClassNames, string Reading)
{
    /// <summary>Learns the classes of a target column.</summary>
    /// <param name="table">The table that holds it.</param>
    /// <param name="column">Its name.</param>
    /// <param name="task">Null takes <see cref="TaskGuess.For"/>.</param>
    /// <exception cref="ArgumentException">There is no such column; the message suggests the nearest.</exception>
    /// <exception cref="DataFormatException">The column has no value, or regression is asked of a column without numbers.</exception>
    public static TargetCoding Fit(Table table, string column, TaskKind? task = null)
    {
        ArgumentNullException.ThrowIfNull(table);
        var target = table[column];
        if (target.MissingCount == target.Count)
            throw new DataFormatException(table.Source, "no value in any row", "a target", column: column);
        var kind = task ?? TaskGuess.For(target).Task;
        if (kind == TaskKind.Classification)
            return new TargetCoding(column, kind, ClassesOf(target), ValueReading.Of(target).Name);
        // Whatever the column's kind, an amount is what can be read as one.
        var reading = ValueReading.Of(target);
        if (target.Texts.All(text => !IsUsable(reading.Read(text))))
            throw new DataFormatException(table.Source, $"no number, but texts such as '{target.Texts[0]}'", "numbers for regression", column: column);
        return new TargetCoding(column, kind, [], reading.Name);
    }

    /// <summary>Class index a row; -1 where the target is missing or no class of this coding.</summary>
    public int[] Labels(Table table)
    {
        ArgumentNullException.ThrowIfNull(table);
        var target = table[Column];
        var classes = ClassOfTexts(target);
        return Array.ConvertAll(target.Codes.ToArray(), code => code == TableColumn.Missing ? -1 : classes[code]);
    }

    /// <summary>Texts of the target that are another spelling of a class's name, with that name.</summary>
    internal IReadOnlyList<(string Text, string ClassName)> Spellings(Table table)
    {
        var target = table[Column];
        var classes = ClassOfTexts(target);
        var used = target.Codes.ToArray().Where(code => code >= 0).ToHashSet();
        return [.. used.Where(code => classes[code] >= 0 && target.Texts[code] != ClassNames[classes[code]]).Select(code => (target.Texts[code], ClassNames[classes[code]])).Order()];
    }

    /// <summary>Real target a row; NaN where missing or no number.</summary>
    public double[] Targets(Table table)
    {
        ArgumentNullException.ThrowIfNull(table);
        var target = table[Column];
        var reading = ValueReading.Named(Reading) ?? throw new InvalidOperationException($"There is no reading called '{Reading}'.");
        var values = target.Texts.Select(text => reading.Read(text) is var value && IsUsable(value) ? value : double.NaN).ToArray();
        return Array.ConvertAll(target.Codes.ToArray(), code => code == TableColumn.Missing ? double.NaN : values[code]);
    }

    /// <summary>Number of classes K; 0 for regression.</summary>
    [JsonIgnore]
    public int ClassCount => ClassNames.Count;

    /// <summary>Distinct texts in numeric order when all are numbers, else in ordinal order.</summary>
    internal static string[] OrderedTexts(TableColumn column) => Ordered([.. column.Texts]);

    private static string[] Ordered(string[] texts)
    {
        var numbers = Array.ConvertAll(texts, text => ValueReading.Plain.Read(text));
        return numbers.Any(double.IsNaN)
            ? [.. texts.Order(StringComparer.Ordinal)]
            : [.. texts.Zip(numbers).OrderBy(pair => pair.Second).ThenBy(pair => pair.First, StringComparer.Ordinal).Select(pair => pair.First)];
    }

    // Class of each distinct text; -1 for none.
    private int[] ClassOfTexts(TableColumn target)
    {
        var reading = ValueReading.Named(Reading) ?? ValueReading.Plain;
        // Names that share a value were told apart as texts.
        var byValue = ClassNames.Select(name => reading.Read(name)).Where(double.IsFinite).Distinct().Count() == ClassNames.Count;
        var classOf = new Dictionary<string, int>(ClassNames.Count);
        for (var k = 0; k < ClassNames.Count; k++)
            classOf.TryAdd(Meaning(ClassNames[k], byValue ? reading : null), k);
        return [.. target.Texts.Select(text => classOf.GetValueOrDefault(Meaning(text, byValue ? reading : null), -1))];
    }

    private static string[] ClassesOf(TableColumn target)
    {
        var reading = target.Kind is ColumnKind.Numeric or ColumnKind.Boolean ? ValueReading.Of(target) : null;
        var counts = new int[target.DistinctCount];
        foreach (var code in target.Codes)
            if (code >= 0)
                counts[code]++;
        return Ordered([.. Enumerable.Range(0, counts.Length).GroupBy(code => Meaning(target.Texts[code], reading))
            .Select(same => target.Texts[same.OrderByDescending(code => counts[code]).ThenBy(code => target.Texts[code], StringComparer.Ordinal).First()])]);
    }

    // Equal for texts that mean the same.
    private static string Meaning(string text, ValueReading? reading) =>
        reading?.Read(text) is { } value && double.IsFinite(value) ? (value + 0.0).ToString("R", CultureInfo.InvariantCulture) : text.Trim();

    private static bool IsUsable(double value) => Math.Abs(value) <= double.MaxValue;
}
