using System.Globalization;
using Ballast.Core;

namespace Ballast.Tests.Check.Planted;

/// <summary>Makes the values of columns that spoil a table.</summary>
internal static class SpoiledColumns
{
    private static readonly string[] constants = ["2019", "EUR", "v1.2", "web", "0", "Yes"];
    private static readonly string[] statuses = ["open", "settled", "hold", "passed", "kept", "sent", "green", "amber", "split", "north", "south", "east", "west"];

    public static bool IsLeak(SpoiledKind kind) => kind is SpoiledKind.NumericLeak or SpoiledKind.RenamedLabel or SpoiledKind.ClosedDate or SpoiledKind.ScaledCopy;

    public static bool IsId(SpoiledKind kind) =>
        kind is SpoiledKind.SequentialId or SpoiledKind.ShuffledId or SpoiledKind.UuidId or SpoiledKind.PrefixedId or SpoiledKind.HashId;

    /// <summary>Names that a user might have given, telling and not; half of the columns get a name that says nothing.</summary>
    public static string Name(SpoiledKind kind, RandomStream random)
    {
        string[] telling = kind switch
        {
            SpoiledKind.ClosedDate => ["closed_on", "last_contact", "settled"],
            SpoiledKind.Empty or SpoiledKind.MostlyEmpty => ["remarks", "fax", "second_phone"],
            SpoiledKind.Constant or SpoiledKind.ConstantWithGaps => ["source_system", "currency", "batch"],
            _ when IsId(kind) => ["customer", "record_no", "ref", "key"],
            _ => ["review", "status_2", "follow_up", "grade_b"],
        };
        return random.Next(2) == 0 ? telling[random.Next(telling.Length)] : $"f_{random.Next(90) + 10}";
    }

    /// <summary>One value for each of <paramref name="labels"/>, the given labels in row order.</summary>
    public static string[] Draw(SpoiledColumn column, string[] labels, string[] classes, RandomStream random) => column.Kind switch
    {
        SpoiledKind.NumericLeak => NumericLeak(column.Strength, labels, classes, random),
        SpoiledKind.RenamedLabel => RenamedLabel(column.Strength, labels, classes, random),
        SpoiledKind.ClosedDate => ClosedDate(column.Strength, labels, classes, random),
        SpoiledKind.ScaledCopy => ScaledCopy(column.Strength, labels, classes, random),
        SpoiledKind.Constant => Constant(labels.Length, missingShare: 0, random),
        SpoiledKind.ConstantWithGaps => Constant(labels.Length, missingShare: 0.02, random),
        SpoiledKind.SequentialId => SequentialId(labels.Length, random),
        SpoiledKind.ShuffledId => [.. DistinctNumbers(labels.Length, 10_000_000, random).Select(Text)],
        SpoiledKind.UuidId => [.. labels.Select(_ => Uuid(random))],
        SpoiledKind.PrefixedId => [.. DistinctNumbers(labels.Length, 1_000_000, random).Select(n => string.Create(CultureInfo.InvariantCulture, $"CUST-{n:000000}"))],
        SpoiledKind.HashId => [.. labels.Select(_ => random.NextUInt64().ToString("x16", CultureInfo.InvariantCulture))],
        SpoiledKind.Empty => [.. labels.Select(_ => "")],
        SpoiledKind.MostlyEmpty => [.. labels.Select(_ => random.NextDouble() < 0.98 ? "" : Text(random.Next(500)))],
        _ => throw new ArgumentOutOfRangeException(nameof(column)),
    };

    private static string[] NumericLeak(double strength, string[] labels, string[] classes, RandomStream random)
    {
        var code = random.Permutation(classes.Length);
        return [.. labels.Select(label => Number(code[Told(label, strength, classes, random)] + (0.1 * random.NextGaussian()), 4))];
    }

    private static string[] RenamedLabel(double strength, string[] labels, string[] classes, RandomStream random)
    {
        var code = random.Permutation(Math.Max(classes.Length, statuses.Length));
        return [.. labels.Select(label => Rename(code[Told(label, strength, classes, random)]))];

        static string Rename(int code) => code < statuses.Length ? statuses[code] : $"s{code}";
    }

    /// <summary>Filled for the told class; the rarest of two classes, the most frequent of more.</summary>
    private static string[] ClosedDate(double strength, string[] labels, string[] classes, RandomStream random)
    {
        var byCount = classes.OrderBy(name => labels.Count(label => label == name)).ToArray();
        var closed = classes.Length == 2 ? byCount[0] : byCount[^1];
        var start = new DateOnly(2018, 1, 1);
        return [.. labels.Select(label => label == closed && random.NextDouble() < strength
            ? start.AddDays(random.Next(900)).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)
            : "")];
    }

    private static string[] ScaledCopy(double strength, string[] labels, string[] classes, RandomStream random)
    {
        var code = random.Permutation(classes.Length);
        var factor = 50 + (200 * random.NextDouble());
        return [.. labels.Select(label =>
        {
            var value = factor * (code[Told(label, strength, classes, random)] + 1);
            return Number(random.NextDouble() < 0.01 ? value * (20 + (80 * random.NextDouble())) : value, 2);
        })];
    }

    private static int Told(string label, double strength, string[] classes, RandomStream random)
    {
        var own = Array.IndexOf(classes, label);
        if (random.NextDouble() < strength)
            return own;
        var other = random.Next(classes.Length - 1);
        return other < own ? other : other + 1;
    }

    private static string[] Constant(int count, double missingShare, RandomStream random)
    {
        var value = constants[random.Next(constants.Length)];
        return [.. Enumerable.Range(0, count).Select(_ => random.NextDouble() < missingShare ? "" : value)];
    }

    private static string[] SequentialId(int count, RandomStream random)
    {
        var first = 1 + random.Next(50_000);
        return [.. Enumerable.Range(first, count).Select(Text)];
    }

    private static int[] DistinctNumbers(int count, int below, RandomStream random)
    {
        var numbers = random.SampleWithoutReplacement(below, count);
        random.Shuffle(numbers.AsSpan());
        return numbers;
    }

    private static string Uuid(RandomStream random)
    {
        var (high, low) = (random.NextUInt64(), random.NextUInt64());
        return string.Create(CultureInfo.InvariantCulture, $"{high >> 32:x8}-{(high >> 16) & 0xffff:x4}-4{high & 0xfff:x3}-{0x8000 | ((low >> 48) & 0x3fff):x4}-{low & 0xffffffffffff:x12}");
    }

    private static string Text(int value) => value.ToString(CultureInfo.InvariantCulture);

    private static string Number(double value, int decimals) => Math.Round(value, decimals).ToString(CultureInfo.InvariantCulture);
}
