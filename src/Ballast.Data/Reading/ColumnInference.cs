namespace Ballast.Data.Reading;

/// <summary>Decides what a column is. The rules stand in docs/reading.md in the order in which they are tried here; the first that applies decides.</summary>
internal static class ColumnInference
{
    private const double ConstantMissingShare = 0.05;
    private const double StrayShare = 0.01;
    private const double UnknownWordShare = 0.5;
    private const int UnknownWords = 3;
    private const int NumbersBesideWords = 20;

    /// <summary>The typed column; what the user should know is added to <paramref name="notes"/>.</summary>
    /// <param name="raw">The column's texts.</param>
    /// <param name="options">What the user says about columns.</param>
    /// <param name="separator">What separates the file's fields; null where nothing does.</param>
    /// <param name="notes">Sentences for the user.</param>
    public static TableColumn Infer(RawColumn raw, TableReadOptions options, char? separator, List<string> notes)
    {
        if (options.Ignore.Contains(raw.Name))
            return Natural(raw, separator, notes: []).As(ColumnKind.Ignored, "set aside by the user");
        if (options.Categorical.Contains(raw.Name))
            return Natural(raw, separator, notes: []).As(ColumnKind.Categorical, "taken as categories by the user");
        if (options.Numeric.Contains(raw.Name))
            return AsNumeric(raw, separator, notes);
        return Natural(raw, separator, notes);
    }

    private static TableColumn Natural(RawColumn raw, char? separator, List<string> notes)
    {
        var rows = raw.Codes.Length;
        if (raw.Present == 0)
            return Make(raw, ColumnKind.Empty, "no value in any row", ValueReading.Plain);
        if (raw.Texts.Length == 1 && rows - raw.Present <= ConstantMissingShare * rows)
            return Make(raw, ColumnKind.Constant, $"one value, '{Shortened(raw.Texts[0])}', in every row that has one", ValueReading.Plain);
        if (IsBoolean(raw))
            return Make(raw, ColumnKind.Boolean, $"two values that mean no and yes: {string.Join(", ", raw.Texts.Order(StringComparer.Ordinal))}", ValueReading.Boolean);
        return TryNumbers(raw, separator, notes) ?? TryDates(raw, notes) ?? FromTexts(raw);
    }

    private static TableColumn? TryNumbers(RawColumn raw, char? separator, List<string> notes)
    {
        foreach (var reading in NumberReadings(separator))
        {
            if (ReadAll(raw, reading) is not { } numbers || !FewStrays(raw, numbers))
                continue;
            if (reading == ValueReading.Plain)
            {
                if (IsCompactDate(raw))
                    return Make(raw, ColumnKind.Date, "eight digits that are a calendar date (yyyymmdd) throughout", ValueReading.CompactDate);
                if (HasLeadingZeros(raw))
                    return Identifiers.OfTexts(raw) is { } why
                        ? Make(raw, ColumnKind.Identifier, why, ValueReading.Plain)
                        : Make(raw, ColumnKind.Categorical, "digits of one length with leading zeros are codes, not amounts", ValueReading.Plain);
            }
            // An amount of money or a percentage names nobody.
            if (!raw.Texts.Any(ValueReading.IsAmount) && Identifiers.OfNumbers(raw, numbers) is { } reason)
                return Make(raw, ColumnKind.Identifier, reason, reading);
            NoteStrays(raw, numbers, "number", notes);
            return Make(raw, ColumnKind.Numeric, reading switch
            {
                _ when reading == ValueReading.Decorated => "numbers with a currency or percent sign or marks between thousands",
                _ when reading == ValueReading.DecimalComma => "numbers with a decimal comma",
                _ => "numbers",
            } + StrayClause(numbers), reading);
        }
        return null;
    }

    // Semicolons separate fields where the comma is the decimal sign: there, 12,345 is a little more than twelve.
    private static ValueReading[] NumberReadings(char? separator) => separator == ';'
        ? [ValueReading.Plain, ValueReading.DecimalComma, ValueReading.Decorated]
        : [ValueReading.Plain, ValueReading.Decorated, ValueReading.DecimalComma];

    private static TableColumn? TryDates(RawColumn raw, List<string> notes)
    {
        var fitting = new List<(ValueReading Reading, double[] Days)>();
        foreach (var reading in ValueReading.Dates)
            if (ReadAll(raw, reading) is { } days && FewStrays(raw, days))
                fitting.Add((reading, days));
        if (fitting.Count == 0)
            return null;
        var (chosen, numbers) = fitting.MinBy(each => each.Days.Count(double.IsNaN));
        if (fitting.Count(each => each.Days.Count(double.IsNaN) == numbers.Count(double.IsNaN)) > 1)
            notes.Add($"Column '{raw.Name}': day and month cannot be told apart; the month was read first.");
        NoteStrays(raw, numbers, "date", notes);
        return Make(raw, ColumnKind.Date, (chosen == ValueReading.TimeOfDay ? "times of day" : $"dates ({chosen.Name["date:".Length..]})") + StrayClause(numbers), chosen);
    }

    private static TableColumn FromTexts(RawColumn raw)
    {
        if (Identifiers.OfTexts(raw) is { } identifies)
            return Make(raw, ColumnKind.Identifier, identifies, ValueReading.Plain);
        var words = raw.Texts.Average(text => (double)WordCount(text));
        var distinctShare = (double)raw.Texts.Length / raw.Present;
        if (raw.Texts.Length > 20 && ((distinctShare > 0.5 && words >= 2.5) || (distinctShare > 0.2 && words >= 6)))
            return Make(raw, ColumnKind.Text, $"free text: {raw.Texts.Length:N0} different values of {words:0.#} words on average", ValueReading.Plain);
        return Make(raw, ColumnKind.Categorical, raw.Texts.Length == 1
            ? $"one value, '{Shortened(raw.Texts[0])}', or none"
            : $"{raw.Texts.Length:N0} different texts", ValueReading.Plain);
    }

    private static TableColumn AsNumeric(RawColumn raw, char? separator, List<string> notes)
    {
        var best = Enumerable.Append(NumberReadings(separator), ValueReading.Boolean)
            .Select(reading => (Reading: reading, Numbers: Array.ConvertAll(raw.Texts, text => reading.Read(text))))
            .MinBy(each => each.Numbers.Count(double.IsNaN));
        if (raw.Present > 0 && best.Numbers.All(double.IsNaN))
            throw new ArgumentException($"Column '{raw.Name}' cannot be taken as numeric: none of its values, such as '{Shortened(raw.Texts[0])}', is a number.");
        NoteStrays(raw, best.Numbers, "number", notes);
        return Make(raw, ColumnKind.Numeric, "taken as numbers by the user" + StrayClause(best.Numbers), best.Reading);
    }

    private static bool IsBoolean(RawColumn raw)
    {
        if (raw.Texts.Length is < 2 or > 8)
            return false;
        var words = raw.Texts.Select(text => text.Trim().ToLowerInvariant()).Distinct().Order(StringComparer.Ordinal).ToArray();
        return words is ["no", "yes"] or ["false", "true"] or ["f", "t"] or ["n", "y"];
    }

    // Null as soon as the texts that are no number are too many for any rule.
    private static double[]? ReadAll(RawColumn raw, ValueReading reading)
    {
        var allowed = UnknownWordShare * raw.Present;
        var numbers = new double[raw.Texts.Length];
        var strayRows = 0;
        for (var t = 0; t < numbers.Length; t++)
        {
            numbers[t] = reading.Read(raw.Texts[t]);
            if (double.IsNaN(numbers[t]) && (strayRows += raw.Counts[t]) > allowed)
                return null;
        }
        return numbers;
    }

    // At most 1% of the rows; or, beside many different numbers, up to three words (such as 'unknown') in half of the rows.
    private static bool FewStrays(RawColumn raw, double[] numbers)
    {
        var (rows, texts, finite) = (0, 0, 0);
        for (var t = 0; t < numbers.Length; t++)
        {
            if (double.IsNaN(numbers[t]))
                (rows, texts) = (rows + raw.Counts[t], texts + 1);
            else if (double.IsFinite(numbers[t]))
                finite++;
        }
        return finite > 0 && (rows <= StrayShare * raw.Present || (texts <= UnknownWords && finite > NumbersBesideWords));
    }

    private static void NoteStrays(RawColumn raw, double[] numbers, string what, List<string> notes)
    {
        var strays = Codes(numbers, double.IsNaN);
        if (strays.Count > 0)
            notes.Add($"Column '{raw.Name}': {Rows(raw, strays)} with {RecordSource.ListOf([.. strays.Select(t => $"'{Shortened(raw.Texts[t])}'")])} "
                + $"hold no {what} and count as missing ({raw.RowsOf(strays)}).");
        var infinite = Codes(numbers, value => !double.IsNaN(value) && Math.Abs(value) > float.MaxValue);
        if (infinite.Count > 0)
            notes.Add($"Column '{raw.Name}': {Rows(raw, infinite)} with infinite values or values beyond 3.4e38 count as missing ({raw.RowsOf(infinite)}).");
    }

    private static string Rows(RawColumn raw, List<int> codes) => $"{codes.Sum(code => raw.Counts[code]):N0} row(s)";

    private static string StrayClause(double[] numbers) => numbers.Count(value => !IsUsable(value)) is > 0 and var count
        ? $"; {count} other text(s) count as missing, see the notes"
        : "";

    private static List<int> Codes(double[] numbers, Func<double, bool> which) => [.. Enumerable.Range(0, numbers.Length).Where(t => which(numbers[t]))];

    private static bool IsUsable(double value) => Math.Abs(value) <= float.MaxValue;

    private static bool IsCompactDate(RawColumn raw) =>
        raw.Texts.Length > 1 && raw.Texts.All(text => text.Length == 8 && text[0] is '1' or '2' && ValueReading.CompactDate.Read(text) is >= -25567 and < 47846);

    private static bool HasLeadingZeros(RawColumn raw) =>
        raw.Texts[0].Length > 1
        && raw.Texts.Any(text => text[0] == '0')
        && raw.Texts.All(text => text.Length == raw.Texts[0].Length && !text.AsSpan().ContainsAnyExceptInRange('0', '9'));

    private static TableColumn Make(RawColumn raw, ColumnKind kind, string reason, ValueReading reading)
    {
        var numbers = Array.ConvertAll(raw.Texts, text => reading.Read(text) is var value && IsUsable(value) ? value : double.NaN);
        return new TableColumn(raw.Name, raw.Codes, raw.Texts, numbers, kind, reason) { Reading = reading };
    }

    private static int WordCount(string text) => text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Length;

    private static string Shortened(string text) => text.Length <= 40 ? text : text[..37] + "...";
}
