namespace Ballast.Data.Reading;

/// <summary>Recognises columns that name a row rather than describe it, without taking measurements for names.</summary>
internal static class Identifiers
{
    private const int FewestValues = 20;
    private const double NamedDistinctShare = 0.5;
    private const double UnnamedDistinctShare = 0.8;
    private const double TextDistinctShare = 0.85;
    private const double UnlikeDistinctShare = 0.85;
    private const int FewestEvenValues = 100;
    private const int ExactDigits = 16;
    private const double LogImprobable = 13.8;   // -ln(1e-6)

    private static readonly HashSet<string> idWords = ["id", "ids", "row", "uuid", "guid", "key", "index", "idx", "rowid", "rownum", "rowname", "rownames", "identifier", "serial", "ref", "reference"];
    private static readonly HashSet<string> timeWords = ["year", "month", "week", "day", "date", "time", "timestamp", "datetime", "hour", "minute", "second", "seconds", "ts", "epoch", "created", "updated", "at"];
    private static readonly string[] entities =
    [
        "user", "customer", "client", "patient", "account", "order", "transaction", "session", "record", "row", "case", "subject", "sample", "member", "person", "student",
        "employee", "product", "item", "loan", "policy", "claim", "message", "document", "doc", "event", "device", "invoice", "visit", "encounter", "passenger", "ticket", "phone",
    ];
    private static readonly string[] entityEndings = ["id", "ids", "no", "nr", "num", "number", "key", "ref"];

    /// <summary>Why a column of numbers identifies; null when it does not. Only whole numbers can.</summary>
    public static string? OfNumbers(RawColumn raw, double[] numbers)
    {
        if (raw.Present < FewestValues)
            return null;
        // Beyond 2^53 a double no longer tells neighbours apart: the texts do.
        if (raw.Texts[0].Length >= ExactDigits && raw.Texts.All(IsDigits) && (double)raw.Texts.Length / raw.Present is var differ && differ >= (HasIdentifierName(raw.Name) ? NamedDistinctShare : UnlikeDistinctShare))
            return $"whole numbers of {raw.Texts[0].Length} digits, {differ:0.#%} of them different";
        if (!numbers.All(value => double.IsNaN(value) || (Math.Abs(value) < 1e18 && value == Math.Floor(value))))
            return null;
        var distinct = (double)numbers.Where(value => !double.IsNaN(value)).Distinct().Count();
        var share = distinct / raw.Present;
        if (HasIdentifierName(raw.Name) && share >= NamedDistinctShare)
            return $"named like an identifier, and {share:0.#%} of its whole numbers differ";
        if (share < UnnamedDistinctShare || HasTimeName(raw.Name))
            return null;
        if (share >= UnlikeDistinctShare && raw.Texts[0].Length >= 8 && raw.Texts.All(text => text.Length == raw.Texts[0].Length && IsDigits(text)))
            return $"whole numbers of {raw.Texts[0].Length} digits each, {share:0.#%} of them different";
        var sorted = numbers.Where(double.IsFinite).Distinct().Order().ToArray();
        if (TooFewRepeats(raw.Present, distinct, sorted[^1] - sorted[0] + 1))
            return $"{distinct:N0} different whole numbers in {raw.Present:N0} rows: measured values of this range would repeat (p < 1e-6), given-out ones do not";
        return share >= UnlikeDistinctShare && distinct >= FewestEvenValues && IsEven(sorted) && !RepeatsAsDrawn(raw.Present, distinct, sorted[^1] - sorted[0] + 1)
            ? $"{distinct:N0} different whole numbers in {raw.Present:N0} rows, spread evenly from {sorted[0]:N0} to {sorted[^1]:N0} as drawn numbers are and amounts are not"
            : null;
    }

    /// <summary>Why a column of texts identifies; null when it does not.</summary>
    public static string? OfTexts(RawColumn raw)
    {
        if (raw.Present < FewestValues)
            return null;
        var share = (double)raw.Texts.Length / raw.Present;
        if (HasIdentifierName(raw.Name) && share >= NamedDistinctShare)
            return $"named like an identifier, and {share:0.#%} of its texts differ";
        if (share < TextDistinctShare)
            return null;
        var singleWords = raw.Texts.Count(text => !text.AsSpan().Trim().ContainsAny(' ', '\t', '\n'));
        return singleWords >= 0.99 * raw.Texts.Length
            ? $"single words, {share:0.#%} of them different: a name for each row"
            : null;
    }

    // n independent draws from R whole numbers repeat least when all R are equally likely; then about E = n - R (1 - exp(-n/R)) draws
    // repeat an earlier one, nearly Poisson. Chernoff: P(repeats <= c) <= exp(-(E - c)^2 / (2E)). Below 1e-6 the values were dealt, not measured.
    private static bool TooFewRepeats(double count, double distinct, double range)
    {
        var expected = count + range * double.ExpM1(-count / range);
        var repeats = count - distinct;
        return repeats < expected && (expected - repeats) * (expected - repeats) / (2 * expected) > LogImprobable;
    }

    // Numbers dealt to rows repeat where rows are repeated; independent draws repeat by chance, and where chance leaves at least ten repeats and
    // about as many are there, the values were drawn (a rate, an amount in a fixed range) and name nobody.
    private static bool RepeatsAsDrawn(double count, double distinct, double range)
    {
        var expected = count + range * double.ExpM1(-count / range);
        var repeats = count - distinct;
        return expected >= 10 && repeats > 0.5 * expected && repeats < 1.5 * expected;
    }

    // Kolmogorov-Smirnov against the uniform distribution on the values' own range: not rejected at 1%.
    private static bool IsEven(double[] sorted)
    {
        var (low, range, largest) = (sorted[0], sorted[^1] - sorted[0], 0.0);
        for (var i = 0; i < sorted.Length; i++)
        {
            var expected = (sorted[i] - low) / range;
            largest = Math.Max(largest, Math.Max(Math.Abs(expected - ((double)i / sorted.Length)), Math.Abs(((i + 1.0) / sorted.Length) - expected)));
        }
        return largest * Math.Sqrt(sorted.Length) < 1.63;
    }

    private static bool HasIdentifierName(string name)
    {
        var words = Words(name);
        if (words.Exists(idWords.Contains))
            return true;
        var joined = string.Concat(words);
        return Array.Exists(entities, entity => Array.Exists(entityEndings, ending => joined.EndsWith(entity + ending, StringComparison.Ordinal)))
            // PRODID, CUSTID: an all-capital name that ends in ID, and is no English word that does.
            || (name.Length > 4 && name.EndsWith("ID") && name.All(char.IsAsciiLetterUpper) && name is not ("VALID" or "SOLID" or "RAPID" or "RIGID" or "FLUID" or "LIQUID" or "HUMID" or "ACID" or "COVID"));
    }

    private static bool IsDigits(string text) => !text.AsSpan().ContainsAnyExceptInRange('0', '9');

    private static bool HasTimeName(string name) => Words(name).Exists(timeWords.Contains);

    /// <summary>Lower-case words of a name: parted by what is no letter or digit, and where small letters turn to capitals.</summary>
    private static List<string> Words(string name)
    {
        var words = new List<string>();
        var start = 0;
        for (var i = 0; i <= name.Length; i++)
        {
            var ends = i == name.Length || !char.IsLetterOrDigit(name[i]);
            var turns = !ends && i > start && char.IsUpper(name[i]) && char.IsLower(name[i - 1]);
            if (!ends && !turns)
                continue;
            if (i > start)
                words.Add(name[start..i].ToLowerInvariant());
            start = ends ? i + 1 : i;
        }
        return words;
    }
}
