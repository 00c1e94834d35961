using System.Globalization;

namespace Ballast.Data.Reading;

/// <summary>One way to read texts as numbers: decided once for a column, then kept with a model so that later tables are read alike.</summary>
/// <param name="Name">Its name in a model file.</param>
internal abstract record ValueReading(string Name)
{
    /// <summary>Plain numbers: 12, -0.5, 1e-3.</summary>
    public static ValueReading Plain { get; } = new PlainNumbers();

    /// <summary>Numbers with a currency or percent sign, in brackets where negative, or with commas, blanks or apostrophes between thousands.</summary>
    public static ValueReading Decorated { get; } = new DecoratedNumbers();

    /// <summary>Numbers with a decimal comma, decorated or not: 12,5 and 1.234,50 €.</summary>
    public static ValueReading DecimalComma { get; } = new CommaNumbers();

    /// <summary>yes/no, true/false, t/f, y/n, 1/0.</summary>
    public static ValueReading Boolean { get; } = new BooleanWords();

    /// <summary>Times of day, as hours.</summary>
    public static ValueReading TimeOfDay { get; } = new TimeTexts();

    /// <summary>Dates in one notation, as days since 1970-01-01, with years of two digits from 1950 to 2049; or times of day.</summary>
    public static IReadOnlyList<ValueReading> Dates { get; } =
    [
        new DateTexts("iso", ["yyyy-MM-dd", "yyyy-M-d", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", "yyyy-MM-dd HH:mm:ss.FFFFFFFK", "yyyy-MM-dd HH:mm:ss.FFFFFFF zzz", "yyyy-MM-dd HH:mm:ss.FFFFFFFzz", "yyyy-MM-dd'T'HH:mmK", "yyyy-MM-dd HH:mmK"]),
        new DateTexts("y/m/d", ["yyyy/M/d", "yyyy/M/d H:mm", "yyyy/M/d H:mm:ss"]),
        new DateTexts("y.m.d", ["yyyy.M.d", "yyyy.M.d H:mm", "yyyy.M.d H:mm:ss"]),
        new DateTexts("d.m.y", ["d.M.yyyy", "d.M.yyyy H:mm", "d.M.yyyy H:mm:ss", "d.M.yy"]),
        new DateTexts("m/d/y", ["M/d/yyyy", "M/d/yyyy H:mm", "M/d/yyyy H:mm:ss", "M/d/yyyy h:mm tt", "M/d/yyyy h:mm:ss tt", "M/d/yy", "M/d/yy H:mm", "M/d/yy H:mm:ss"]),
        new DateTexts("d/m/y", ["d/M/yyyy", "d/M/yyyy H:mm", "d/M/yyyy H:mm:ss", "d/M/yy", "d/M/yy H:mm", "d/M/yy H:mm:ss"]),
        new DateTexts("m-d-y", ["M-d-yyyy", "M-d-yyyy H:mm", "M-d-yyyy H:mm:ss", "M-d-yy"]),
        new DateTexts("d-m-y", ["d-M-yyyy", "d-M-yyyy H:mm", "d-M-yyyy H:mm:ss", "d-M-yy"]),
        new DateTexts("d-mon-y", ["d-MMM-yyyy", "d MMM yyyy", "d MMMM yyyy", "MMM d, yyyy", "MMMM d, yyyy", "MMM-yyyy", "MMM yyyy", "MMMM yyyy", "d-MMM-yy", "d MMM yy"]),
        TimeOfDay,
    ];

    /// <summary>Dates without separators: 20240131.</summary>
    public static ValueReading CompactDate { get; } = new DateTexts("compact", ["yyyyMMdd"]);

    /// <summary>The number that a text stands for; NaN when it stands for none, an infinity when it says or overflows to one.</summary>
    public abstract double Read(ReadOnlySpan<char> text);

    /// <summary>The reading called <paramref name="name"/>; null when there is none.</summary>
    public static ValueReading? Named(string name) =>
        ((IEnumerable<ValueReading>)[Plain, Decorated, DecimalComma, Boolean, CompactDate, .. Dates]).FirstOrDefault(reading => reading.Name == name);

    /// <summary>How a column's numbers were read: as its maker said, else what its kind implies.</summary>
    public static ValueReading Of(TableColumn column) => column.Reading ?? column.Kind switch
    {
        ColumnKind.Boolean => Boolean,
        ColumnKind.Date => Dates[0],
        _ => Plain,
    };

    /// <summary>Whether a text bears a currency or percent sign.</summary>
    public static bool IsAmount(string text) => text.AsSpan().ContainsAny(Currencies + "%");

    private const string Currencies = "$€£¥₹₽₩₺";
    private const string Blanks = " \u00a0\u202f\u2009";

    private static double Parse(ReadOnlySpan<char> text) =>
        double.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out var value) ? value : double.NaN;

    private sealed record PlainNumbers() : ValueReading("number")
    {
        public override double Read(ReadOnlySpan<char> text)
        {
            text = text.Trim();
            if (text.IsEmpty)
                return double.NaN;
            var unsigned = text[0] is '+' or '-' ? text[1..] : text;
            if (unsigned.IsEmpty)
                return double.NaN;
            if (char.IsAsciiDigit(unsigned[0]) || unsigned[0] == '.')
                return Parse(text);
            return unsigned is "∞" || unsigned.Equals("inf", StringComparison.OrdinalIgnoreCase) || unsigned.Equals("infinity", StringComparison.OrdinalIgnoreCase)
                ? text[0] == '-' ? double.NegativeInfinity : double.PositiveInfinity
                : double.NaN;
        }
    }

    private sealed record DecoratedNumbers() : ValueReading("decorated-number")
    {
        public override double Read(ReadOnlySpan<char> text)
        {
            var bare = Undecorated(text, out var negative);
            if (bare.IsEmpty || bare[0] is '-' or '+')
                return double.NaN;
            var value = bare.ContainsAny(Blanks + ",'’") ? Grouped(bare, point: '.', marks: Blanks + ",'’") : Plain.Read(bare);
            return negative ? -value : value;
        }
    }

    private sealed record CommaNumbers() : ValueReading("decimal-comma")
    {
        public override double Read(ReadOnlySpan<char> text)
        {
            var bare = Undecorated(text, out var negative);
            if (bare.IsEmpty || bare[0] is '-' or '+')
                return double.NaN;
            var value = Grouped(bare, point: ',', marks: Blanks + ".'’");
            return negative ? -value : value;
        }
    }

    // The number without signs: a minus, or brackets as accounts have them, and a currency or percent sign on either side.
    private static ReadOnlySpan<char> Undecorated(ReadOnlySpan<char> text, out bool negative)
    {
        text = text.Trim();
        negative = text is ['(', .., ')'];
        if (negative)
            text = text[1..^1].Trim();
        text = text.TrimStart(Currencies).TrimStart();
        if (!negative && text is ['-', ..])
        {
            negative = true;
            text = text[1..];
        }
        return text.TrimStart(Currencies).Trim().TrimEnd(Currencies + "%").TrimEnd();
    }

    // One to three digits that begin with no zero, then groups of three, one kind of mark between them, as in 1,234,567.5; or digits without marks.
    private static double Grouped(ReadOnlySpan<char> text, char point, string marks)
    {
        Span<char> digits = stackalloc char[64];
        if (text.Length > digits.Length)
            return double.NaN;
        var end = text.IndexOf(point) is >= 0 and var at ? at : text.Length;
        var whole = text[..end];
        var (length, first) = (0, true);
        if (whole.IndexOfAny(marks) is >= 0 and var firstMark)
        {
            if (whole[0] == '0')
                return double.NaN;
            foreach (var range in whole.Split(whole[firstMark]))
            {
                var group = whole[range];
                if (group.ContainsAnyExceptInRange('0', '9') || (first ? group.Length is 0 or > 3 : group.Length != 3))
                    return double.NaN;
                group.CopyTo(digits[length..]);
                length += group.Length;
                first = false;
            }
        }
        else
        {
            whole.CopyTo(digits);
            length = whole.Length;
        }
        if (end < text.Length)
        {
            digits[length] = '.';
            text[(end + 1)..].CopyTo(digits[(length + 1)..]);
            length += text.Length - end;
        }
        return Plain.Read(digits[..length]);
    }

    private sealed record BooleanWords() : ValueReading("boolean")
    {
        private static readonly string[] no = ["no", "false", "f", "n", "0"];
        private static readonly string[] yes = ["yes", "true", "t", "y", "1"];

        public override double Read(ReadOnlySpan<char> text)
        {
            text = text.Trim();
            foreach (var word in no)
                if (text.Equals(word, StringComparison.OrdinalIgnoreCase))
                    return 0;
            foreach (var word in yes)
                if (text.Equals(word, StringComparison.OrdinalIgnoreCase))
                    return 1;
            return double.NaN;
        }
    }

    private sealed record DateTexts(string Notation, string[] Formats) : ValueReading($"date:{Notation}")
    {
        public override double Read(ReadOnlySpan<char> text)
        {
            text = text.Trim();
            if (text.Length is < 6 or > 40)
                return double.NaN;
            return DateTime.TryParseExact(text, Formats, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var date)
                ? (date - DateTime.UnixEpoch).TotalDays
                : double.NaN;
        }
    }

    private sealed record TimeTexts() : ValueReading("date:time of day")
    {
        public override double Read(ReadOnlySpan<char> text) =>
            TimeOnly.TryParseExact(text.Trim(), ["H:mm", "H:mm:ss", "H:mm:ss.FFFFFFF", "h:mm tt", "h:mm:ss tt"], CultureInfo.InvariantCulture, DateTimeStyles.None, out var time)
                ? time.ToTimeSpan().TotalHours
                : double.NaN;
    }
}
