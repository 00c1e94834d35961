using System.Globalization;
using Ballast.Core;

namespace Ballast.Tests.Check.Planted;

/// <summary>Makes exact and near copies of rows.</summary>
/// <param name="rows">The rows before any copy: where other rows' values and spreads come from.</param>
/// <param name="numeric">Numeric clean columns that may be changed.</param>
/// <param name="text">Text columns that may be changed.</param>
internal sealed class RowCopies(IReadOnlyList<PlantedRow> rows, int[] numeric, int[] text)
{
    private readonly Dictionary<int, Spread> spreads = numeric.ToDictionary(c => c, c => Spread.Of(rows.Select(row => row.Cells[c])));

    /// <summary>A copy of each of some rows, no row twice.</summary>
    public List<PlantedRow> Make(Planting planting, RandomStream random)
    {
        var exact = (int)Math.Round(planting.ExactCopies * rows.Count);
        var near = (int)Math.Round(planting.NearCopies * rows.Count);
        var kinds = planting.NearKinds.Where(kind => kind is not (CopyKind.TextForm or CopyKind.Typo) || text.Length > 0)
            .Where(kind => kind is not (CopyKind.JitterOne or CopyKind.JitterAll or CopyKind.Tremble) || numeric.Length > 0)
            .Where(kind => kind != CopyKind.Rounded || spreads.Values.Any(spread => spread is { Whole: false }))
            .Where(kind => kind != CopyKind.StepOne || spreads.Values.Any(spread => spread is { Whole: true })).ToArray();
        if (kinds.Length == 0)
            near = 0;
        var order = new Queue<int>(random.Permutation(rows.Count));
        var copies = new List<PlantedRow>(exact + near);
        for (var i = 0; i < exact; i++)
            copies.Add(rows[order.Dequeue()].Copy(CopyKind.Exact));
        for (var i = 0; i < near && order.Count > 0;)
        {
            var copy = rows[order.Dequeue()].Copy(kinds[i % kinds.Length]);
            if (!Change(copy, random))
                continue;
            copies.Add(copy);
            i++;
        }
        return copies;
    }

    /// <summary>False when the row has no cell that this kind can change.</summary>
    private bool Change(PlantedRow copy, RandomStream random)
    {
        switch (copy.Kind)
        {
            case CopyKind.JitterOne:
                var filled = numeric.Where(c => CanJitter(copy, c)).ToArray();
                if (filled.Length > 0)
                    Jitter(copy, filled[random.Next(filled.Length)], random);
                return filled.Length > 0;

            case CopyKind.JitterAll:
                var all = numeric.Where(c => CanJitter(copy, c)).ToArray();
                foreach (var c in all)
                    Jitter(copy, c, random);
                return all.Length > 0;

            case CopyKind.Tremble:
                return ChangeEach(copy, numeric.Where(c => CanJitter(copy, c)), c => Tremble(copy, c, random));

            case CopyKind.Rounded:
                return ChangeEach(copy, numeric.Where(c => CanJitter(copy, c) && copy.Cells[c].Contains('.', StringComparison.Ordinal)), c => Round(copy, c));

            case CopyKind.StepOne:
                return ChangeOne(numeric.Where(c => CanJitter(copy, c) && spreads[c].Whole), c => copy.Cells[c] = Text(CsvTable.Number(copy.Cells[c]) + (random.Next(2) == 0 ? 1 : -1)), random);

            case CopyKind.Blanked:
                return ChangeOne(numeric.Concat(text).Where(c => !CsvTable.IsMissing(copy.Cells[c])), c => copy.Cells[c] = "", random);

            case CopyKind.TextForm:
                return ChangeOne(text.Where(c => !CsvTable.IsMissing(copy.Cells[c])), c => ChangeForm(copy, c, random), random);

            case CopyKind.Typo:
                return ChangeOne(text.Where(c => copy.Cells[c].Length > 2 && !CsvTable.IsMissing(copy.Cells[c])), c => Mistype(copy, c, random), random);

            case CopyKind.TwoCells:
                return TakeOneCell(copy, random) && TakeOneCell(copy, random);

            default:
                return TakeOneCell(copy, random);
        }
    }

    private static bool ChangeOne(IEnumerable<int> columns, Action<int> change, RandomStream random)
    {
        int[] able = [.. columns];
        if (able.Length > 0)
            change(able[random.Next(able.Length)]);
        return able.Length > 0;
    }

    private static bool ChangeEach(PlantedRow copy, IEnumerable<int> columns, Action<int> change)
    {
        string[] before = [.. copy.Cells];
        foreach (var c in columns)
            change(c);
        return !before.SequenceEqual(copy.Cells);
    }

    private void Tremble(PlantedRow copy, int column, RandomStream random)
    {
        var size = Math.Pow(10, -6 + (2 * random.NextDouble())) * spreads[column].Deviation;
        copy.Cells[column] = Text(CsvTable.Number(copy.Cells[column]) + (random.Next(2) == 0 ? size : -size));
    }

    private static void Round(PlantedRow copy, int column)
    {
        var cell = copy.Cells[column];
        var decimals = cell.Length - 1 - cell.IndexOf('.', StringComparison.Ordinal);
        copy.Cells[column] = Text(Math.Round(CsvTable.Number(cell), Math.Clamp(decimals - 1, 0, 15)));
    }

    private static void Mistype(PlantedRow copy, int column, RandomStream random)
    {
        var cell = copy.Cells[column];
        var at = random.Next(cell.Length - 1);
        copy.Cells[column] = random.Next(3) switch
        {
            0 => cell.Insert(at, cell[at].ToString()),
            1 => cell.Remove(at, 1),
            _ when cell[at] != cell[at + 1] => $"{cell[..at]}{cell[at + 1]}{cell[at]}{cell[(at + 2)..]}",
            _ => cell.Remove(at, 1),
        };
    }

    private static string Text(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    private bool CanJitter(PlantedRow row, int column) => double.IsFinite(CsvTable.Number(row.Cells[column])) && spreads[column].Deviation > 0;

    private void Jitter(PlantedRow copy, int column, RandomStream random)
    {
        var (deviation, whole) = spreads[column];
        var value = CsvTable.Number(copy.Cells[column]);
        var size = (0.001 + (0.009 * random.NextDouble())) * deviation;
        // Whole numbers of a wide range stay whole, as a recount would leave them; 1% of a narrow one's spread is below 1.
        if (whole && 0.01 * deviation >= 1)
            size = Math.Max(1, Math.Round(size));
        var moved = value + (random.Next(2) == 0 ? size : -size);
        var decimals = Math.Clamp(2 - (int)Math.Floor(Math.Log10(size)), 0, 15);
        copy.Cells[column] = Math.Round(moved, decimals).ToString(CultureInfo.InvariantCulture);
    }

    private static void ChangeForm(PlantedRow copy, int column, RandomStream random)
    {
        var cell = copy.Cells[column];
        string[] forms = [cell.ToUpperInvariant(), cell.ToLowerInvariant(), cell + " "];
        var changed = forms.Where(form => form != cell).ToArray();
        copy.Cells[column] = changed[random.Next(changed.Length)];
    }

    private bool TakeOneCell(PlantedRow copy, RandomStream random)
    {
        int[] columns = [.. numeric, .. text];
        for (var attempt = 0; attempt < 50; attempt++)
        {
            var column = columns[random.Next(columns.Length)];
            var value = rows[random.Next(rows.Count)].Cells[column];
            if (value == copy.Cells[column])
                continue;
            copy.Cells[column] = value;
            return true;
        }
        return false;
    }

    private readonly record struct Spread(double Deviation, bool Whole)
    {
        public static Spread Of(IEnumerable<string> cells)
        {
            var values = cells.Select(CsvTable.Number).Where(double.IsFinite).ToArray();
            var mean = values.Average();
            return new Spread(Math.Sqrt(values.Average(v => (v - mean) * (v - mean))), values.All(double.IsInteger));
        }
    }
}
