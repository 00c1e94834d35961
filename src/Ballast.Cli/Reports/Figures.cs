using System.Globalization;
using System.Text;
using Ballast.Core;

namespace Ballast.Cli.Reports;

/// <summary>How figures are written for people: enough digits to compare, never more.</summary>
internal static class Figures
{
    /// <summary>What stands where a figure is not known or not finite.</summary>
    public const string Unknown = "–";

    private static readonly string[] s_formats = ["#,0", "0.0", "0.00", "0.000"];

    /// <summary>A whole number in groups of three digits.</summary>
    public static string Count(long value) => value.ToString("#,0", CultureInfo.InvariantCulture);

    /// <summary>A count with its noun: "1 row", "2,000 rows".</summary>
    public static string Count(long value, string one, string many) => $"{Count(value)} {(value == 1 ? one : many)}";

    /// <summary>Three decimals below 10, fewer above; scientific where three decimals would show nothing.</summary>
    public static string Number(double value) => Number(value, Decimals(value));

    private static string Number(double value, int decimals) => Math.Abs(value) switch
    {
        double.NaN or double.PositiveInfinity => Unknown,
        > 0 and < 0.0005 when decimals == 3 => value.ToString("0.0e-0", CultureInfo.InvariantCulture),
        >= 1e12 => value.ToString("0.00e+0", CultureInfo.InvariantCulture),
        _ => value.ToString(s_formats[decimals], CultureInfo.InvariantCulture),
    };

    private static int Decimals(double value) => Math.Abs(value) switch
    {
        >= 1000 => 0,
        >= 100 => 1,
        >= 10 => 2,
        _ => 3,
    };

    // Ends of an interval are compared with each other, so both have the digits of the larger; counts have none.
    private static int Decimals(Interval interval)
    {
        double[] ends = [.. new[] { interval.Low, interval.High }.Where(double.IsFinite)];
        return ends.Length == 0 || (ends.All(double.IsInteger) && ends.Max() > 1) ? 0 : ends.Min(Decimals);
    }

    /// <summary>A share in percent: "3.4%", "45%", and "under 0.1%" rather than a share that shows as none.</summary>
    public static string Percent(double share) =>
        share is > 0 and < 0.001 ? "under 0.1%" : share.ToString(Math.Abs(share) < 0.1 ? "0.#%" : "0%", CultureInfo.InvariantCulture);

    /// <summary>A difference, with its sign; a difference too small to show at three decimals is 0.000.</summary>
    public static string Difference(double value) =>
        double.IsFinite(value) && Math.Abs(value) < 0.0005 ? "0.000" : value > 0 && double.IsFinite(value) ? $"+{Number(value)}" : Number(value);

    /// <summary>"0.861 to 0.884".</summary>
    public static string Range(Interval interval) =>
        double.IsFinite(interval.Low) || double.IsFinite(interval.High)
            ? $"{Number(interval.Low, Decimals(interval))} to {Number(interval.High, Decimals(interval))}"
            : Unknown;

    /// <summary>"-0.002 to +0.031".</summary>
    public static string DifferenceRange(Interval interval) =>
        double.IsFinite(interval.Low) || double.IsFinite(interval.High) ? $"{Difference(interval.Low)} to {Difference(interval.High)}" : Unknown;

    /// <summary>"95% interval", at the interval's own level.</summary>
    public static string Level(Interval interval) => $"{(interval.Level * 100).ToString("0.#", CultureInfo.InvariantCulture)}% interval";

    /// <summary>The figure alone, with no decimals where it and its interval count something.</summary>
    public static string Value(Estimate estimate) =>
        double.IsInteger(estimate.Value) && Decimals(estimate.Interval) == 0 ? Count((long)estimate.Value) : Number(estimate.Value);

    /// <summary>"0.873 (95% interval 0.861 to 0.884, n = 1,200)".</summary>
    public static string Estimate(Estimate estimate) =>
        $"{Value(estimate)} ({Level(estimate.Interval)} {Range(estimate.Interval)}, n = {Count(estimate.Count)})";

    /// <summary>A scalar of a finding's evidence.</summary>
    public static string Scalar(object? value) => value switch
    {
        null => Unknown,
        string text => text,
        bool truth => truth ? "yes" : "no",
        Estimate estimate => Estimate(estimate),
        Interval interval => Range(interval),
        double number when double.IsInteger(number) && Math.Abs(number) < 1e12 => Count((long)number),
        double number when Math.Abs(number) is >= 0.0005 and < 0.01 => number.ToString("0.0000", CultureInfo.InvariantCulture),
        double number => Number(number),
        float number => Scalar((double)number),
        Half number => Scalar((double)number),
        DateTime or DateTimeOffset or DateOnly => ((IFormattable)value).ToString("O", CultureInfo.InvariantCulture),
        sbyte or byte or short or ushort or int or uint or long or ulong or decimal => ((IFormattable)value).ToString("#,0.######", CultureInfo.InvariantCulture),
        IFormattable other => other.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString() ?? Unknown,
    };

    /// <summary>The name of a figure as words: <c>expectedErrors</c>, <c>expected_errors</c> and "expected errors" are one; abbreviations stay.</summary>
    public static string Words(string name)
    {
        var words = new StringBuilder(name.Length + 8);
        for (var i = 0; i < name.Length; i++)
        {
            var startsWord = i > 0 && char.IsUpper(name[i]) && char.IsLower(name[i - 1]);
            if (startsWord)
                words.Append(' ');
            var abbreviation = i + 1 < name.Length && char.IsUpper(name[i + 1]);
            words.Append(name[i] is '_' ? ' ' : startsWord && !abbreviation ? char.ToLowerInvariant(name[i]) : name[i]);
        }
        return words.ToString();
    }

    /// <summary>At most <paramref name="length"/> characters, the cut shown by an ellipsis and never through a surrogate pair.</summary>
    public static string Clip(string text, int length)
    {
        if (text.Length <= length)
            return text;
        var end = char.IsHighSurrogate(text[length - 2]) ? length - 2 : length - 1;
        return string.Concat(text.AsSpan(0, end), "…");
    }
}
